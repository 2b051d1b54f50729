package kifs.kernel.bpf.pass;

import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;
import org.jspecify.annotations.Nullable;

/**
 * The request for one pass. Immutable, except that the pass appends to {@code into}.
 *
 * @param process the only process that the pass is about: the pids of the query are ignored, and a
 *     TOTAL sums the threads of the process; null: the pass is about all processes that pass the
 *     filters, and a TOTAL sums these
 * @param waits what threads wait for; null: that is read through /proc
 */
record PassRequest(
    Query query,
    @Nullable ProcessRef process,
    @Nullable ThreadWaits waits,
    BulkBuilder into,
    Cancellation cancellation) {
  boolean isForOne() {
    return process != null;
  }

  /** A copy of this request whose records are appended to another builder. */
  PassRequest withInto(BulkBuilder other) {
    return new PassRequest(query, process, waits, other, cancellation);
  }
}
