package kifs.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Host;
import kifs.kernel.bulk.Origin;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.ThreadRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The time per THREAD record to append it to a bulk, to copy it to a reader, and to read it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class BulkBenchmark {
  private static final int RECORDS = 20_000;
  private static final List<RecordType> TYPES = List.of(TextRecord.TYPE, ThreadRecord.TYPE);

  private final ChunkPool pool = new ChunkPool(64L << 20, 32L << 20);
  private final ByteBuffer block = buffer(512 * ThreadRecord.TYPE.size());
  private final ByteBuffer out = buffer(RECORDS * ThreadRecord.TYPE.size() + 4096);
  private Bulk bulk;
  private BulkReader reader;

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Setup
  public void fill() throws BulkFormatException {
    Record record = new Record(ThreadRecord.TYPE);
    for (int i = 0; i < 512; i++) {
      int at = i * ThreadRecord.TYPE.size();
      block.put(at, Record.blank(ThreadRecord.TYPE));
      record.wrap(block, at).set(ThreadRecord.TID, i + 1);
    }
    bulk = finish(appended());
    out.clear();
    bulk.read(0, out);
    reader = new BulkReader(out.flip());
  }

  private BulkBuilder appended() {
    BulkBuilder builder = new BulkBuilder(pool, TYPES);
    for (int i = 0; i < RECORDS; i += 512) {
      builder.appendAll(ThreadRecord.TYPE, block, 0, Math.min(512, RECORDS - i));
    }
    return builder;
  }

  private static Bulk finish(BulkBuilder builder) {
    Host host = new Host("benchmark", new UUID(1, 2), 4096, 1);
    return builder.finish(new Origin(2, 1, 0, 0, host), 0);
  }

  /** Appends blocks of finished records, as the BPF source does. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public long encodeBlocks() {
    Bulk made = finish(appended());
    long size = made.size();
    made.release();
    return size;
  }

  /** Appends records field by field, as the other sources do. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public long encodeFields() {
    try (BulkBuilder builder = new BulkBuilder(pool, TYPES)) {
      for (int i = 0; i < RECORDS; i++) {
        Record record = builder.append(ThreadRecord.TYPE);
        record.set(ThreadRecord.TID, i);
        record.set(ThreadRecord.PID, i / 4);
        record.set(ThreadRecord.UTIME, i);
        record.set(ThreadRecord.STIME, i);
        record.set(ThreadRecord.START, i);
      }
      return builder.count(ThreadRecord.TYPE);
    }
  }

  /** Copies a bulk to a reader. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public int read() {
    out.clear();
    return bulk.read(0, out);
  }

  /** Checks a bulk, record by record. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public long check() throws BulkFormatException {
    return new BulkReader(out.duplicate().position(0)).size();
  }

  /** Reads two fields of every record. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public long decode() {
    long[] sum = {0};
    reader.forEach(
        ThreadRecord.TYPE,
        record -> sum[0] += record.get(ThreadRecord.TID) + record.get(ThreadRecord.UTIME));
    return sum[0];
  }
}
