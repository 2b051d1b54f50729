package kifs.kernel.bpf;

import kifs.kernel.bulk.Query;

/**
 * Makes passes over processes and their threads by the way that this kernel has, see {@link
 * Passes}. Thread-safe: each pass has a slot of its own.
 */
final class PassMaker {
  private final BpfEngine engine;

  PassMaker(BpfEngine engine) {
    this.engine = engine;
  }

  /** Whether the programs can apply all filters of a query. If not, /proc must be read for it. */
  boolean fits(Query query) {
    Passes passes = engine.passes();
    return passes instanceof Passes.ByWalk
        ? WalkPass.fits(query) && (query.pids().isEmpty() || passes.looksAtOne())
        : BpfPass.fits(query);
  }

  /**
   * Makes a pass, when there is a slot for it. Between {@link BpfEngine#begin} and {@link
   * BpfEngine#end}.
   *
   * @return false if the only process that it is about has gone
   * @throws BpfStoppedException if the kernel doesn't run the programs any more
   */
  boolean collect(PassRequest request) {
    Slots slots = engine.slots();
    boolean one = request.ofOne();
    Slot slot = one ? slots.take(request.cancellation()) : slots.beginPass(request.cancellation());
    try {
      engine.refresh();
      return run(slot, request);
    } finally {
      if (one) {
        slots.give(slot);
      } else {
        slots.endPass(slot);
      }
    }
  }

  private boolean run(Slot slot, PassRequest request) {
    return engine.passes() instanceof Passes.ByWalk by
        ? new WalkPass(engine, by.walk(), slot, request).run()
        : new BpfPass(engine, slot, request).run();
  }
}
