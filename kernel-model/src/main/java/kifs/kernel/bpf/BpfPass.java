package kifs.kernel.bpf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Detail;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;

/**
 * One pass over processes and their threads: tells the programs what is wanted, cuts the work into
 * slices that keep the kernel busy for about a millisecond, and has a {@link Harvest} take the
 * records. Not thread-safe.
 */
final class BpfPass {
  /** Processes in a slice, and threads: what more than one process brings. */
  private static final int SLICE = 128;

  private static final int SLICE_THREADS = SharedLayout.SLICE_THREADS / 2;

  /** Instead of a number of threads: the programs don't see it. */
  private static final int HIDDEN = -1;

  private final BpfSource source;
  private final Slot slot;
  private final Query query;
  private final Cancellation cancellation;
  private final Harvest harvest;
  private final boolean threads;
  private final Map<Long, Boolean> cssSets = new HashMap<>();
  private final Plan plan;
  private int hiddenPlanned;

  /**
   * @param ofOne whether it is about one process: then a TOTAL sums threads, else processes
   */
  BpfPass(
      BpfSource source,
      Slot slot,
      Query query,
      boolean ofOne,
      BulkBuilder into,
      Cancellation cancellation) {
    this.source = source;
    this.slot = slot;
    plan = slot.plan();
    plan.clear();
    this.query = query;
    this.cancellation = cancellation;
    harvest = new Harvest(source, slot, query, ofOne, into);
    threads = harvest.threadFields() != 0;
    ask(source, slot, query, harvest);
  }

  /** Whether the programs can take all of its filters; others are left to /proc. */
  static boolean fits(Query query) {
    return query.comms().size() <= SharedLayout.MOST_COMMS && !sumsShm(query);
  }

  /** The programs don't know shared memory, and what they sum they sum alone. */
  private static boolean sumsShm(Query query) {
    long byDetail = query.detail() == Detail.FULL ? TotalRecord.TYPE.allFields() : 0;
    long shm = TotalRecord.of(ProcessRecord.SHM).bit();
    return query.wants(TotalRecord.TYPE) && (query.fields(TotalRecord.TYPE, byDetail) & shm) != 0;
  }

  /** Puts a query into a slot, but for its pids and its cgroup. */
  static void ask(BpfSource source, Slot slot, Query query, Harvest harvest) {
    var memory = slot.memory();
    slot.askFor(
        harvest.processFields(),
        harvest.threadFields(),
        harvest.fields(CommandRecord.TYPE),
        harvest.fields(LimitsRecord.TYPE));
    long states = 0;
    for (char state : query.states()) {
      states |= 1L << state - 'A';
    }
    memory.putLong(SharedLayout.STATES, states);
    memory.putLong(SharedLayout.TOTAL_PAGES, harvest.needsTotalPages() ? source.totalPages() : 0);
    int uids = query.uids().size() <= SharedLayout.MOST_UIDS ? query.uids().size() : 0;
    memory.putInt(SharedLayout.UIDS, uids);
    int at = SharedLayout.UID;
    for (int uid : uids == 0 ? Set.<Integer>of() : query.uids()) {
      memory.putInt(at, uid);
      at += Integer.BYTES;
    }
    memory.putInt(SharedLayout.COMMS, query.comms().size());
    at = SharedLayout.COMM;
    for (String comm : query.comms()) {
      // The last of a name's bytes is always a NUL.
      byte[] bytes = comm.getBytes(StandardCharsets.ISO_8859_1);
      byte[] name =
          Arrays.copyOf(
              Arrays.copyOf(bytes, Math.min(bytes.length, SharedLayout.COMM_BYTES - 1)),
              SharedLayout.COMM_BYTES);
      memory.put(at, name);
      at += SharedLayout.COMM_BYTES;
    }
  }

  /** Everything that passes the filters. */
  void run() {
    if (source.isFirstNamespace() && !query.pids().isEmpty() && !needsListing()) {
      query.pids().stream()
          .filter(pid -> pid > 0)
          .forEach(pid -> plan.add(pid, source.hidden().contains(pid) ? HIDDEN : 1));
      hiddenPlanned = Integer.MAX_VALUE;
    } else if (!source.listing().forEach(this::planListed)) {
      for (int pid : source.procfs().pids()) {
        if (query.admitsPid(pid)) {
          plan.add(pid, 1);
        }
      }
    }
    planHidden(Integer.MAX_VALUE);
    work();
    harvest.finish();
    if (query.wants(CommandRecord.TYPE) && query.pids().isEmpty() && query.cgroup() == null) {
      source.commands().retain(plan);
    }
  }

  /**
   * One process; its pid filter is passed over, as whoever asks has it in hand.
   *
   * @param process proves afterwards that the records are its
   * @return false if it has gone
   */
  boolean runOne(ProcessRef process) {
    boolean admitted =
        query.cgroup() == null || source.procfs().isInCgroup(process.pid(), query.cgroup());
    if (admitted) {
      plan.add(process.pid(), 1);
      work();
    }
    harvest.finish();
    return process.isAlive();
  }

  private boolean needsListing() {
    return query.cgroup() != null || query.uids().size() > SharedLayout.MOST_UIDS;
  }

  private void planListed(int pid, int visible, int size, int uid, long cssSet) {
    planHidden(visible);
    if (query.admitsPid(visible) && query.admitsUid(uid) && admitsCgroup(visible, cssSet)) {
      plan.add(pid, size);
    }
  }

  private boolean admitsCgroup(int pid, long cssSet) {
    return query.cgroup() == null
        || cssSets.computeIfAbsent(cssSet, s -> source.procfs().isInCgroup(pid, query.cgroup()));
  }

  /** Those whose ids come before that one. Its other filters are put to them when they are read. */
  private void planHidden(int before) {
    int[] hidden = source.hidden().pids();
    while (hiddenPlanned < hidden.length && hidden[hiddenPlanned] < before) {
      if (query.admitsPid(hidden[hiddenPlanned])) {
        plan.add(hidden[hiddenPlanned], HIDDEN);
      }
      hiddenPlanned++;
    }
  }

  private void work() {
    for (int at = 0; at < plan.count(); ) {
      cancellation.check();
      if (plan.size(at) == HIDDEN) {
        harvest.takeHidden(plan.pid(at), cancellation);
        at++;
        continue;
      }
      int entries = 0;
      for (int size = 0; entries < SLICE && at + entries < plan.count(); entries++) {
        size += plan.size(at + entries);
        if (plan.size(at + entries) == HIDDEN) {
          break;
        }
        if (threads && entries > 0 && size > SLICE_THREADS) {
          break;
        }
        slot.work(entries, plan.pid(at + entries), 0, SharedLayout.WHOLE);
      }
      boolean large = threads && plan.size(at) > SLICE_THREADS;
      int done = large ? 0 : slot.run(entries);
      if (done == 0) {
        // Too large for a slice.
        threadByThread(plan.pid(at));
        at++;
      } else {
        harvest.take();
        at += done;
      }
    }
  }

  private void threadByThread(int pid) {
    slot.work(0, pid, 0, SharedLayout.PROCESS_ALONE);
    slot.run(1);
    harvest.take();
    if (!threads || slot.get(SharedLayout.ADMITTED) == 0) {
      return;
    }
    int[] tids = source.tids(pid);
    for (int at = 0; at < tids.length; at += SharedLayout.SLICE) {
      cancellation.check();
      int entries = Math.min(SharedLayout.SLICE, tids.length - at);
      for (int i = 0; i < entries; i++) {
        slot.work(i, pid, tids[at + i], SharedLayout.ONE_THREAD);
      }
      slot.run(entries);
      harvest.take();
    }
  }
}
