package kifs.kernel.bpf.pass;

import java.util.HashMap;
import java.util.Map;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.program.PassPlan;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.ProcessRef;

/** One pass over processes and their threads: plans it, and works it off. Not thread-safe. */
final class SweepPass {
  /** Threads of a pass that is worth two processors: it takes a few milliseconds. */
  private static final int TWO_FROM = 2_000;

  private final BpfEngine engine;
  private final PassRequest request;
  private final Query query;
  private final Omissions omissions;
  private final Lane lane;
  private final Map<Long, Boolean> cssSets = new HashMap<>();
  private final PassPlan plan;
  private int hiddenPlanned;

  SweepPass(BpfEngine engine, Slot slot, PassRequest request) {
    this.engine = engine;
    this.request = request;
    query = request.query();
    plan = slot.plan();
    plan.clear();
    omissions = new Omissions(query, engine::given, engine.followed());
    lane = new Lane(engine, slot, request, omissions);
  }

  /** Whether the programs can take all of its filters; others are left to /proc. */
  static boolean fits(Query query) {
    return query.comms().size() <= Capacity.MAX_COMMS.count() && !sumsShm(query);
  }

  /** The programs don't know shared memory, and what they sum they sum alone. */
  private static boolean sumsShm(Query query) {
    long byDetail = query.detail() == Detail.FULL ? TotalRecord.TYPE.allFields() : 0;
    long shm = TotalRecord.of(ProcessRecord.SHM).bit();
    return query.wants(TotalRecord.TYPE) && (query.fields(TotalRecord.TYPE, byDetail) & shm) != 0;
  }

  /**
   * Collects what is asked.
   *
   * @return false if the only process that it is about has gone
   */
  boolean run() {
    return request.ofOne() ? one(request.process()) : all();
  }

  private boolean all() {
    if (engine.isFirstNamespace() && !query.pids().isEmpty() && !needsListing()) {
      query.pids().stream().filter(pid -> pid > 0).forEach(this::planUnlisted);
      hiddenPlanned = Integer.MAX_VALUE;
    } else if (!engine.listing().forEach(this::planListed)) {
      for (int pid : engine.procfs().pids()) {
        if (query.admitsPid(pid)) {
          plan.add(pid, 1);
        }
      }
    }
    planHidden(Integer.MAX_VALUE);
    work();
    lane.finish();
    if (query.wants(CommandRecord.TYPE) && query.pids().isEmpty() && query.cgroupPath().isEmpty()) {
      engine.commands().retain(plan);
    }
    return true;
  }

  /**
   * @param process proves afterwards that the records are its
   */
  private boolean one(ProcessRef process) {
    boolean admitted =
        query
            .cgroupPath()
            .map(path -> engine.procfs().isInCgroup(process.pid(), path))
            .orElse(true);
    if (admitted) {
      plan.add(process.pid(), 1);
      lane.work(plan, 0, plan.count());
    }
    lane.finish();
    return process.isAlive();
  }

  private boolean needsListing() {
    return query.cgroupPath().isPresent() || query.uids().size() > Capacity.MAX_UIDS.count();
  }

  private void planUnlisted(int pid) {
    if (engine.hidden().contains(pid)) {
      plan.addHidden(pid);
    } else {
      plan.add(pid, 1);
    }
  }

  private void planListed(int pid, int visible, int size, int uid, long cssSet) {
    planHidden(visible);
    if (query.admitsPid(visible) && query.admitsUid(uid) && admitsCgroup(visible, cssSet)) {
      plan.add(pid, size);
    }
  }

  private boolean admitsCgroup(int pid, long cssSet) {
    return query.cgroupPath().isEmpty()
        || cssSets.computeIfAbsent(
            cssSet, s -> engine.procfs().isInCgroup(pid, query.cgroupPath().get()));
  }

  /** Those whose ids come before that one. Its other filters are put to them when they are read. */
  private void planHidden(int before) {
    int[] hidden = engine.hidden().pids();
    while (hiddenPlanned < hidden.length && hidden[hiddenPlanned] < before) {
      if (query.admitsPid(hidden[hiddenPlanned])) {
        plan.addHidden(hidden[hiddenPlanned]);
      }
      hiddenPlanned++;
    }
  }

  private void work() {
    PassHelper helper = isWorthTwo() ? engine.helper() : null;
    Slot spare = helper == null ? null : engine.slots().tryAcquire();
    if (spare == null) {
      lane.work(plan, 0, plan.count());
      return;
    }
    try (BulkBuilder rest = request.into().another()) {
      Lane second = new Lane(engine, spare, request.withInto(rest), omissions);
      int half = plan.half();
      helper.beside(() -> lane.work(plan, 0, half), () -> second.work(plan, half, plan.count()));
      request.into().appendAll(rest);
    } finally {
      engine.slots().release(spare);
    }
  }

  /** Whole records of many threads, of which each has all that is to be told of it. */
  private boolean isWorthTwo() {
    return plan.threads() >= TWO_FROM
        && query.fields().isEmpty()
        && !query.wants(TotalRecord.TYPE)
        && request.waits() == null;
  }
}
