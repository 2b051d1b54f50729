package kifs.kernel.bpf.pass;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.bpf.program.Slots;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.query.Query;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;

/**
 * Makes passes over processes and their threads by the way that this kernel has, see {@link
 * Passes}. Thread-safe: each pass has a slot of its own.
 */
public final class PassMaker {
  private final BpfEngine engine;
  private final Supplier<Optional<LockFacts>> lockFacts;

  /**
   * @param lockFacts makes the facts of blocked threads for one pass; empty if no program tells
   *     them here, so that /proc must
   */
  public PassMaker(BpfEngine engine, Supplier<Optional<LockFacts>> lockFacts) {
    this.engine = engine;
    this.lockFacts = lockFacts;
  }

  /** Whether the programs can apply all filters of a query. If not, /proc must be read for it. */
  public boolean fits(Query query) {
    Passes passes = engine.passes();
    return passes instanceof Passes.ByWalk
        ? WalkPass.fits(query) && (query.pids().isEmpty() || passes.looksAtOne())
        : SweepPass.fits(query);
  }

  /**
   * Makes a pass, when there is a slot for it. The caller has the use of the programs, see {@link
   * BpfEngine#use}.
   *
   * @param process the only one to look at, as in {@link PassRequest}; null: all that the query
   *     admits
   * @return false if the only process that it is about has gone
   * @throws BpfStoppedException if the kernel doesn't run the programs any more
   */
  public boolean collect(
      Query query, ProcessRef process, BulkBuilder into, Cancellation cancellation) {
    // Before the pass takes its slot, since the look at blocked threads takes one too.
    ThreadWaits waits = waits(query, process, cancellation);
    return collect(new PassRequest(query, process, waits, into, cancellation));
  }

  /** What threads wait for; null: the query doesn't ask for it, or no program tells it here. */
  private ThreadWaits waits(Query query, ProcessRef process, Cancellation cancellation) {
    long fields =
        query.wants(ThreadRecord.TYPE)
            ? query.fields(ThreadRecord.TYPE, engine.fields(ThreadRecord.TYPE, query.detail()))
            : 0;
    if ((fields & ThreadWaits.FIELDS) == 0) {
      return null;
    }
    Set<Integer> pids = process == null ? query.pids() : Set.of(process.pid());
    return lockFacts.get().map(facts -> ThreadWaits.look(facts, pids, cancellation)).orElse(null);
  }

  private boolean collect(PassRequest request) {
    Slots slots = engine.slots();
    boolean one = request.ofOne();
    Slot slot =
        one ? slots.acquire(request.cancellation()) : slots.beginPass(request.cancellation());
    try {
      engine.refresh();
      return run(slot, request);
    } finally {
      if (one) {
        slots.release(slot);
      } else {
        slots.endPass(slot);
      }
    }
  }

  private boolean run(Slot slot, PassRequest request) {
    return engine.passes() instanceof Passes.ByWalk by
        ? new WalkPass(engine, by.walk(), slot, request).run()
        : new SweepPass(engine, slot, request).run();
  }
}
