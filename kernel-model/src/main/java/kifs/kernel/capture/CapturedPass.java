package kifs.kernel.capture;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Totals;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/** One pass over a captured bulk, or over one process of it. Not thread-safe; used once. */
final class CapturedPass {
  /** Types whose records a process has, found by its id. */
  private static final List<RecordType> OF_PROCESS =
      List.of(CommandRecord.TYPE, LimitsRecord.TYPE, FdRecord.TYPE);

  private final CapturedBulk from;
  private final Query query;
  private final BulkBuilder into;
  private final Cancellation cancellation;
  private final Set<Long> admitted = new HashSet<>();

  /** Whether the pass is over one process only. */
  private boolean isOfOne;

  private @Nullable Totals totals;

  /** The type that the totals add up. */
  private RecordType summed = ProcessRecord.TYPE;

  CapturedPass(CapturedBulk from, Query query, BulkBuilder into, Cancellation cancellation) {
    this.from = from;
    this.query = query;
    this.into = into;
    this.cancellation = cancellation;
  }

  /** Appends the records of the host and of all processes that the query admits. */
  void all() {
    from.bulk().forEach(SystemRecord.TYPE, this::append);
    from.bulk().forEach(CpuRecord.TYPE, this::append);
    cgroups();
    beginTotals(ProcessRecord.TYPE);
    for (int pid : from.pids()) {
      cancellation.check();
      if (query.admitsPid(pid)) {
        process(pid);
      }
    }
    holdings();
    endTotals();
  }

  /** Appends the records of one process, whatever pids the query has. TOTAL sums its threads. */
  void one(int pid) {
    isOfOne = true;
    beginTotals(ThreadRecord.TYPE);
    process(pid);
    holdings();
    endTotals();
  }

  private void process(int pid) {
    Optional<Record> process = from.first(ProcessRecord.TYPE, pid);
    if (!admits(process)) {
      return;
    }
    admitted.add((long) pid);
    if (process.isEmpty() || query.admitsState((int) process.get().get(ProcessRecord.STATE))) {
      process.ifPresent(this::append);
      process.ifPresent(this::sum);
      OF_PROCESS.forEach(type -> appendOf(type, pid));
    }
    if (query.wants(ThreadRecord.TYPE) || query.wants(TotalRecord.TYPE)) {
      threads(pid);
    }
  }

  private void threads(int pid) {
    for (Record thread : from.find(ThreadRecord.TYPE, pid)) {
      if (query.admitsState((int) thread.get(ThreadRecord.STATE))) {
        append(thread);
        sum(thread);
      }
    }
  }

  /** A process that has no record of its own passes no filter but that for its id. */
  private boolean admits(Optional<Record> process) {
    boolean isFiltered =
        !query.uids().isEmpty() || !query.comms().isEmpty() || query.cgroupPath().isPresent();
    if (process.isEmpty() || !isFiltered) {
      return !isFiltered;
    }
    Record record = process.get();
    return query.admitsUid((int) record.get(ProcessRecord.UID))
        && (query.comms().isEmpty() || query.admitsComm(comm(record)))
        && (query.cgroupPath().isEmpty() || isInCgroup(record));
  }

  private static String comm(Record process) {
    return new String(process.bytes(ProcessRecord.COMM), StandardCharsets.ISO_8859_1);
  }

  private boolean isInCgroup(Record process) {
    return from.cgroupPath(process.get(ProcessRecord.CGROUP_ID))
        .filter(query::admitsCgroup)
        .isPresent();
  }

  private void cgroups() {
    if (query.wants(CgroupRecord.TYPE)) {
      from.bulk()
          .forEach(
              CgroupRecord.TYPE,
              group -> {
                if (query.cgroupPath().isEmpty() || query.admitsCgroup(from.path(group))) {
                  append(group);
                }
              });
    }
  }

  /** Appends what is not found by the id of one process: shared memory, and waits. */
  private void holdings() {
    if (query.wants(ShmRecord.TYPE) || query.wants(ShmUserRecord.TYPE)) {
      sharedMemory();
    }
    if (query.wants(WaitRecord.TYPE) && query.admitsState('S')) {
      from.bulk()
          .forEach(
              WaitRecord.TYPE,
              wait -> {
                if (admitted.contains(wait.get(WaitRecord.WAITER_PID))) {
                  append(wait);
                }
              });
    }
  }

  private void sharedMemory() {
    Set<Long> used = new HashSet<>();
    from.bulk()
        .forEach(
            ShmUserRecord.TYPE,
            user -> {
              if (admitted.contains(user.get(ShmUserRecord.PID))) {
                used.add(user.get(ShmUserRecord.ID));
                append(user);
              }
            });
    boolean isAll = !query.isFiltered() && !isOfOne;
    from.bulk()
        .forEach(
            ShmRecord.TYPE,
            object -> {
              if (isAll) {
                append(object);
              } else if (used.contains(object.get(ShmRecord.ID))) {
                // Only some of its users are admitted.
                append(object, fields(ShmRecord.TYPE) & ~ShmRecord.COUNTS);
              }
            });
  }

  private void appendOf(RecordType type, int pid) {
    if (query.wants(type)) {
      from.find(type, pid).forEach(this::append);
    }
  }

  private void append(Record record) {
    append(record, fields(record.type()));
  }

  /** Appends a record if the query wants its type. It always has its ids. */
  private void append(Record record, long fields) {
    if (query.wants(record.type())) {
      RecordCopies.append(from, record, fields | CapturedBulk.ids(record.type()), into);
    }
  }

  private long fields(RecordType type) {
    return query.fields(type, from.provided(type));
  }

  private void beginTotals(RecordType of) {
    if (query.wants(TotalRecord.TYPE)) {
      summed = of;
      totals = new Totals(of, fields(TotalRecord.TYPE), from.provided(of));
    }
  }

  private void sum(Record record) {
    if (totals != null && record.type() == summed) {
      totals.add(record);
    }
  }

  private void endTotals() {
    if (totals != null) {
      totals.write(into.append(TotalRecord.TYPE));
    }
  }
}
