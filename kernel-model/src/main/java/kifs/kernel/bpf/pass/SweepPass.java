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

/**
 * One pass by sweeps: it plans which processes to collect, and has one or two {@link Lane}s collect
 * them. Not thread-safe.
 */
final class SweepPass {
  /** A pass over at least that many threads takes some milliseconds and is worth two CPUs. */
  private static final int MIN_THREADS_FOR_TWO = 2_000;

  private final BpfEngine engine;
  private final PassRequest request;
  private final Query query;
  private final Omissions omissions;
  private final Lane lane;
  private final Map<Long, Boolean> cssSets = new HashMap<>();
  private final PassPlan plan;
  private final InvisibleOrder invisible;

  SweepPass(BpfEngine engine, Slot slot, PassRequest request) {
    this.engine = engine;
    this.request = request;
    query = request.query();
    plan = slot.plan();
    plan.clear();
    invisible = new InvisibleOrder(engine.invisible().pids(), this::planInvisible);
    omissions = new Omissions(query, engine::provided, engine.trackedPasses());
    lane = new Lane(engine, slot, request, omissions);
  }

  /** Whether the programs can apply all filters of a query. If not, /proc must be read for it. */
  static boolean fits(Query query) {
    return query.comms().size() <= Capacity.MAX_COMMS.count() && !sumsShm(query);
  }

  /**
   * Whether the query sums shared memory. The programs don't know it, and a TOTAL of a sweep
   * contains only figures from the programs.
   */
  private static boolean sumsShm(Query query) {
    long byDetail = query.detail() == Detail.FULL ? TotalRecord.TYPE.allFields() : 0;
    long shm = TotalRecord.of(ProcessRecord.SHM).bit();
    return query.wants(TotalRecord.TYPE) && (query.fields(TotalRecord.TYPE, byDetail) & shm) != 0;
  }

  /**
   * Collects the records of the request.
   *
   * @return false if the request is about one process and that has vanished
   */
  boolean run() {
    ProcessRef one = request.process();
    return one == null ? runAll() : runOne(one);
  }

  private boolean runAll() {
    if (engine.isInitialNamespace() && !query.pids().isEmpty() && !needsListing()) {
      query.pids().stream().filter(pid -> pid > 0).forEach(this::planUnlisted);
    } else if (engine.forEachListed(this::planListed)) {
      invisible.advance(Integer.MAX_VALUE);
    } else {
      planUnlistable();
    }
    work();
    lane.finish();
    if (query.wants(CommandRecord.TYPE) && query.pids().isEmpty() && query.cgroupPath().isEmpty()) {
      engine.commands().retain(plan);
    }
    return true;
  }

  /**
   * @param process is asked afterwards whether it is alive: if so, the records were its own
   */
  private boolean runOne(ProcessRef process) {
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
    if (engine.invisible().contains(pid)) {
      plan.addInvisible(pid);
    } else {
      plan.add(pid, 1);
    }
  }

  /** Plans all processes that are in /proc, because there are too many for the program's list. */
  private void planUnlistable() {
    for (int pid : engine.procfs().pids()) {
      if (query.admitsPid(pid)) {
        planUnlisted(pid);
      }
    }
  }

  private void planListed(int pid, int visible, int size, int uid, long cssSet) {
    invisible.advance(visible);
    if (query.admitsPid(visible) && query.admitsUid(uid) && admitsCgroup(visible, cssSet)) {
      plan.add(pid, size);
    }
  }

  private boolean admitsCgroup(int pid, long cssSet) {
    return query.cgroupPath().isEmpty()
        || cssSets.computeIfAbsent(
            cssSet, s -> engine.procfs().isInCgroup(pid, query.cgroupPath().get()));
  }

  /**
   * Plans an invisible process. Here only the pids filter it; the other filters are applied when it
   * is read.
   */
  private void planInvisible(int pid) {
    if (query.admitsPid(pid)) {
      plan.addInvisible(pid);
    }
  }

  private void work() {
    PassHelper helper = isWorthHelper() ? engine.helper() : null;
    Slot spare = helper == null ? null : engine.slots().tryAcquire();
    if (helper == null || spare == null) {
      lane.work(plan, 0, plan.count());
      return;
    }
    try (BulkBuilder rest = request.into().emptyCopy()) {
      Lane second = new Lane(engine, spare, request.withInto(rest), omissions);
      int half = plan.half();
      helper.runBoth(() -> lane.work(plan, 0, half), () -> second.work(plan, half, plan.count()));
      request.into().appendAll(rest);
    } finally {
      engine.slots().release(spare);
    }
  }

  /**
   * Whether the pass is faster with a second thread: it makes whole records of many threads,
   * without a total and without reading /proc for each thread.
   */
  private boolean isWorthHelper() {
    return plan.threads() >= MIN_THREADS_FOR_TWO
        && query.fields().isEmpty()
        && !query.wants(TotalRecord.TYPE)
        && request.waits() == null;
  }
}
