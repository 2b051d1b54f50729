package kifs.notifier.history;

import java.nio.charset.StandardCharsets;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.PathTooLongException;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import org.jspecify.annotations.Nullable;

/**
 * Finds the program and user of processes, by the path of the executable, or by the name where a
 * process has none. In each sample only so many are looked up, because that takes several system
 * calls each. Guarded by the lock of the {@link History}.
 */
final class ProgramNames {
  /** Processes that are looked up in one sample. */
  private static final int MAX = 64;

  private static final long IDENTITY = ProcessRecord.UID.bit() | ProcessRecord.COMM.bit();

  private final KernelSource source;
  private int left;

  ProgramNames(KernelSource source) {
    this.source = source;
  }

  void beginSample() {
    left = MAX;
  }

  /** The program and user of a process; null: it has ended, or too many were asked for. */
  @Nullable String ofProcess(int pid) {
    if (left == 0) {
      return null;
    }
    left--;
    Record record = Record.allocate(ProcessRecord.TYPE);
    try (ProcessRef process = source.process(pid).orElse(null)) {
      if (process == null || !process.read(IDENTITY, record)) {
        return null;
      }
      return record.get(ProcessRecord.UID) + " " + executable(process, record);
    }
  }

  private static String executable(ProcessRef process, Record record) {
    try {
      return process.executable().orElseGet(() -> text(record.bytes(ProcessRecord.COMM)));
    } catch (PathTooLongException e) {
      return text(record.bytes(ProcessRecord.COMM));
    }
  }

  /**
   * The program of a thread: that of its process, and the thread's own name without its digits,
   * because threads of a pool are numbered.
   *
   * @param program of the process
   */
  @Nullable String ofThread(int pid, int tid, String program) {
    Record record = Record.allocate(ThreadRecord.TYPE);
    try (ProcessRef process = source.process(pid).orElse(null)) {
      if (process == null) {
        return null;
      }
      try (ThreadRef thread = process.thread(tid).orElse(null)) {
        if (thread == null || !thread.read(ThreadRecord.COMM.bit(), record)) {
          return null;
        }
        String name = text(record.bytes(ThreadRecord.COMM)).replaceAll("[0-9]", "");
        return program + " " + name;
      }
    }
  }

  private static String text(byte[] raw) {
    return new String(raw, StandardCharsets.ISO_8859_1);
  }
}
