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
import org.jspecify.annotations.Nullable;

/**
 * Makes passes over processes and their threads, by sweeps or by walks as {@link Passes} has chosen
 * for this kernel. Thread-safe: each pass has a slot of its own.
 */
public final class PassMaker {
  private final BpfEngine engine;
  private final Supplier<Optional<LockFacts>> lockFacts;

  /**
   * @param lockFacts makes the facts of blocked threads for one pass; empty if no program finds
   *     them on this host, so that they are read through /proc
   */
  public PassMaker(BpfEngine engine, Supplier<Optional<LockFacts>> lockFacts) {
    this.engine = engine;
    this.lockFacts = lockFacts;
  }

  /** Whether the programs can apply all filters of a query. If not, /proc must be read for it. */
  public boolean fits(Query query) {
    Passes passes = engine.passes();
    return passes instanceof Passes.ByWalk
        ? WalkPass.fits(query) && (query.pids().isEmpty() || passes.collectsOne())
        : SweepPass.fits(query);
  }

  /**
   * Makes a pass. Blocks until a slot is free. The caller must have been granted the {@link
   * BpfEngine#use} of the programs.
   *
   * @param process the only process that the pass is about, see {@link PassRequest}; null: all that
   *     the query admits
   * @return false if {@code process} has vanished
   * @throws BpfStoppedException if the kernel doesn't run the programs any more
   */
  public boolean collect(
      Query query, @Nullable ProcessRef process, BulkBuilder into, Cancellation cancellation) {
    // To find blocked threads takes a slot too, so the pass must not hold its slot yet.
    ThreadWaits waits = waits(query, process, cancellation);
    return collect(new PassRequest(query, process, waits, into, cancellation));
  }

  /**
   * Finds what threads wait for. Null if the query doesn't want it, or if no program finds it on
   * this host.
   */
  private @Nullable ThreadWaits waits(
      Query query, @Nullable ProcessRef process, Cancellation cancellation) {
    long fields =
        query.wants(ThreadRecord.TYPE)
            ? query.fields(ThreadRecord.TYPE, engine.fields(ThreadRecord.TYPE, query.detail()))
            : 0;
    if ((fields & ThreadWaits.FIELDS) == 0) {
      return null;
    }
    Set<Integer> pids = process == null ? query.pids() : Set.of(process.pid());
    return lockFacts.get().map(facts -> ThreadWaits.find(facts, pids, cancellation)).orElse(null);
  }

  private boolean collect(PassRequest request) {
    Slots slots = engine.slots();
    boolean one = request.isForOne();
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
