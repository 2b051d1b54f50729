package kifs.fs.cli.top;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Host;
import kifs.kernel.bulk.Origin;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.testing.Bulks;

/** Small bulks for the tests of the view. */
final class TopBulks {
  static final long SECOND = 1_000_000_000L;

  /** A process that started at a second after the boot. */
  record Process(int pid, int ppid, int uid, String comm, long rss, double runtimeS, long startS) {
    Process(int pid, int ppid, String comm, long rss, double runtimeS) {
      this(pid, ppid, 0, comm, rss, runtimeS, 1);
    }
  }

  private TopBulks() {}

  static byte[] bytes(long atS, List<Process> processes) {
    try (BulkBuilder builder =
        new BulkBuilder(
            new ChunkPool(1 << 24, 0), List.of(SystemRecord.TYPE, ProcessRecord.TYPE))) {
      Record system = builder.append(SystemRecord.TYPE);
      system.set(SystemRecord.TIMES.get(0), atS * SECOND);
      system.set(SystemRecord.TIMES.get(3), atS * SECOND);
      system.set(SystemRecord.MEMORY_TOTAL, 4L << 30);
      system.set(SystemRecord.MEMORY_AVAILABLE, 3L << 30);
      system.set(SystemRecord.PROCESSES, processes.size());
      for (Process process : processes) {
        Record record = builder.append(ProcessRecord.TYPE);
        record.set(ProcessRecord.PID, process.pid);
        record.set(ProcessRecord.PPID, process.ppid);
        record.set(ProcessRecord.UID, process.uid);
        record.set(ProcessRecord.STATE, 'S');
        record.set(ProcessRecord.START, process.startS * SECOND);
        record.set(ProcessRecord.RSS, process.rss);
        record.set(ProcessRecord.RUNTIME, (long) (process.runtimeS * SECOND));
        byte[] comm = process.comm.getBytes(StandardCharsets.UTF_8);
        record.setBytes(ProcessRecord.COMM, comm, 0, comm.length);
      }
      Host host = new Host("tiny", new UUID(1, 2), 4096, 2);
      Origin origin = new Origin(4, atS, 1_767_225_600L * SECOND, atS * SECOND, host);
      try (Bulk bulk = builder.finish(origin, 0)) {
        return Bulks.bytes(bulk);
      }
    }
  }

  static BulkReader bulk(long atS, List<Process> processes) {
    try {
      return new BulkReader(ByteBuffer.wrap(bytes(atS, processes)));
    } catch (BulkFormatException e) {
      throw new AssertionError(e);
    }
  }

  static BulkReader bulk(long atS, Process... processes) {
    return bulk(atS, List.of(processes));
  }
}
