import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;

/**
 * Prints what a pass of the BPF source allocates on the Java heap, by the JVM's counter: bytes per
 * pass (the median), bytes per thread, and the number of threads. It is run as a source file, with
 * kifs.jar as its class path.
 */
final class Allocation {
  private static final int WARM_UP = 300;
  private static final int PASSES = 101;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  public static void main(String[] arguments) throws Exception {
    try (ProcfsSource procfs = ProcfsSource.open(Path.of("/proc"));
        BpfSource source = BpfSource.open(procfs)) {
      ChunkPool pool = new ChunkPool(900L << 20, 64L << 20);
      for (int i = 0; i < WARM_UP; i++) {
        pass(source, pool);
      }
      long[] allocated = new long[PASSES];
      for (int i = 0; i < PASSES; i++) {
        allocated[i] = pass(source, pool);
      }
      Arrays.sort(allocated);
      long median = allocated[PASSES / 2];
      System.out.printf("%d %.2f %d%n", median, (double) median / threads, threads);
    }
  }

  private static long threads;

  private static long pass(BpfSource source, ChunkPool pool) {
    Query query = Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try (BulkBuilder builder =
        new BulkBuilder(
            pool,
            List.of(TextRecord.TYPE, ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE))) {
      source.collect(query, builder, Cancellation.NEVER);
      threads = builder.count(ThreadRecord.TYPE);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
