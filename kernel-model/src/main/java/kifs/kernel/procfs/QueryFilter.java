package kifs.kernel.procfs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kifs.kernel.procfs.process.CgroupFile;
import kifs.kernel.procfs.process.StatFile;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import org.jspecify.annotations.Nullable;

/**
 * The filters of a query except pids, in a form that tests one process after another without making
 * garbage. Immutable and thread-safe.
 */
final class QueryFilter {
  private final Query query;
  private final List<byte[]> comms = new ArrayList<>();
  private final byte @Nullable [] cgroup;

  QueryFilter(Query query) {
    this.query = query;
    for (String comm : query.comms()) {
      byte[] bytes = comm.getBytes(StandardCharsets.ISO_8859_1);
      // A name in a record has at most COMM_BYTES, though stat shows more for some kernel threads.
      int length = Math.min(bytes.length, StatFile.COMM_BYTES);
      comms.add(Arrays.copyOf(bytes, length));
    }
    this.cgroup =
        query.cgroupPath().map(path -> path.getBytes(StandardCharsets.ISO_8859_1)).orElse(null);
  }

  /** The fields of PROCESS that {@link #admits} needs. */
  long processFields() {
    return (query.uids().isEmpty() ? 0 : ProcessRecord.UID.bit())
        | (comms.isEmpty() ? 0 : ProcessRecord.COMM.bit());
  }

  /** Whether the query filters by state. */
  boolean hasStates() {
    return !query.states().isEmpty();
  }

  boolean hasCgroup() {
    return cgroup != null;
  }

  /** Whether a process passes the filters on uid and name. An absent field doesn't pass. */
  boolean admits(Record process) {
    if (!query.uids().isEmpty()
        && !(process.has(ProcessRecord.UID)
            && query.admitsUid((int) process.get(ProcessRecord.UID)))) {
      return false;
    }
    return comms.isEmpty() || process.has(ProcessRecord.COMM) && admitsComm(process);
  }

  /**
   * Whether any hierarchy has the process in the wanted cgroup or below it, if one is wanted.
   *
   * @param file the text of the process's {@code cgroup}
   */
  boolean admitsCgroup(ByteCursor file) {
    return cgroup == null || CgroupFile.isIn(file, cgroup);
  }

  boolean admitsState(Record entity, Field state) {
    return query.states().isEmpty()
        || entity.has(state) && query.admitsState((int) entity.get(state));
  }

  private boolean admitsComm(Record process) {
    int at = process.offset() + ProcessRecord.COMM.offset();
    for (byte[] comm : comms) {
      boolean equal = process.buffer().get(at + comm.length) == 0;
      for (int i = 0; i < comm.length && equal; i++) {
        equal = process.buffer().get(at + i) == comm[i];
      }
      if (equal) {
        return true;
      }
    }
    return false;
  }
}
