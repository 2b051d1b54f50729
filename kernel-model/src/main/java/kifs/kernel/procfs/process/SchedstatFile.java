package kifs.kernel.procfs.process;

import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;

/**
 * {@code /proc/[pid]/schedstat} and {@code /proc/[pid]/task/[tid]/schedstat}: ns on a CPU, ns of
 * waiting for a CPU, and how often the thread got one. Even the file of a process covers its main
 * thread only, so the run time of a process doesn't come from here. Stateless and thread-safe.
 */
public final class SchedstatFile {
  public static final long PROCESS_FIELDS = ProcessRecord.RUN_DELAY.bit();
  public static final long THREAD_FIELDS =
      ThreadRecord.RUNTIME.bit() | ThreadRecord.RUN_DELAY.bit();

  private SchedstatFile() {}

  public static void parse(ByteCursor in, long fields, Record into) {
    boolean thread = into.type() == ThreadRecord.TYPE;
    if (thread && (fields & ThreadRecord.RUNTIME.bit()) != 0) {
      in.put(into, ThreadRecord.RUNTIME);
    } else {
      in.skipWord();
    }
    if (thread && (fields & ThreadRecord.RUN_DELAY.bit()) != 0) {
      in.put(into, ThreadRecord.RUN_DELAY);
    } else if (!thread && (fields & ProcessRecord.RUN_DELAY.bit()) != 0) {
      in.put(into, ProcessRecord.RUN_DELAY);
    }
  }
}
