package kifs.fs.cli.command;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Host;
import kifs.kernel.bulk.Origin;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.WaitKind;
import kifs.kernel.record.WaitRecord;
import kifs.testing.Bulks;

/** Small bulks for the tests of commands. */
final class SampleBulks {
  static final long SECOND = 1_000_000_000L;

  /** 2026-01-01T00:00:00Z. */
  static final long NEW_YEAR_NS = 1_767_225_600L * SECOND;

  /** A process for a bulk. */
  record Process(int pid, String comm, long rss, long runtimeNs, String commandLine) {}

  /** Three processes, one of them with hostile names. */
  static final List<Process> THREE =
      List.of(
          new Process(1, "init", 9L << 20, 3 * SECOND, "/sbin/init\0--x\0"),
          new Process(20, "java", 1L << 30, 100 * SECOND, "java\0-jar\0a,b \"c\".jar\0"),
          new Process(300, "e\u001b[2J", 4096, 20_000_000, "caf\u00c3\u00a9\0\u00ff\n\0"));

  private SampleBulks() {}

  /** A bulk with PROCESS, COMMAND, LIMITS and WAIT records, taken so long after the new year. */
  static byte[] at(long afterNs, List<Process> processes) {
    return at(afterNs, processes, 0);
  }

  /**
   * A bulk whose processes started later than in others.
   *
   * @param laterNs how much later
   */
  static byte[] at(long afterNs, List<Process> processes, long laterNs) {
    return at("host", afterNs, processes, laterNs);
  }

  /** A bulk of another host. */
  static byte[] at(String host, long afterNs, List<Process> processes) {
    return at(host, afterNs, processes, 0);
  }

  private static byte[] at(String name, long afterNs, List<Process> processes, long laterNs) {
    Host host = new Host(name, new UUID(1, 2), 4096, 2);
    ChunkPool pool = new ChunkPool(1 << 24, 0);
    try (BulkBuilder builder =
        new BulkBuilder(
            pool,
            List.of(
                TextRecord.TYPE,
                ProcessRecord.TYPE,
                CommandRecord.TYPE,
                LimitsRecord.TYPE,
                WaitRecord.TYPE))) {
      processes.forEach(process -> append(process, laterNs, builder));
      Record wait = builder.append(WaitRecord.TYPE);
      wait.set(WaitRecord.WAITER_PID, 20);
      wait.set(WaitRecord.WAITER_TID, 21);
      wait.set(WaitRecord.KIND, WaitKind.PI_MUTEX.code());
      Origin origin = new Origin(4, 7, NEW_YEAR_NS + afterNs, afterNs, host);
      try (Bulk bulk = builder.finish(origin, 0)) {
        return Bulks.bytes(bulk);
      }
    }
  }

  static byte[] three() {
    return at(0, THREE);
  }

  private static void append(Process process, long laterNs, BulkBuilder builder) {
    byte[] line = process.commandLine.getBytes(StandardCharsets.ISO_8859_1);
    long offset = builder.appendText(line);
    Record record = builder.append(ProcessRecord.TYPE);
    record.set(ProcessRecord.PID, process.pid);
    record.set(ProcessRecord.STATE, 'S');
    record.set(ProcessRecord.START, process.pid * SECOND + laterNs);
    record.set(ProcessRecord.RSS, process.rss);
    record.set(ProcessRecord.RUNTIME, process.runtimeNs);
    record.setText(ProcessRecord.COMM, process.comm);
    Record command = builder.append(CommandRecord.TYPE);
    command.set(CommandRecord.PID, process.pid);
    command.set(CommandRecord.COMMAND_LINE_OFFSET, offset);
    command.set(CommandRecord.COMMAND_LINE_LENGTH, line.length);
    Record limits = builder.append(LimitsRecord.TYPE);
    limits.set(LimitsRecord.PID, process.pid);
    LimitsRecord.LIMITS.forEach(limit -> limits.set(limit.soft(), process.pid == 1 ? -1 : 1024));
  }
}
