package kifs.kernel.bpf.pass;

import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;

/**
 * What is asked of one pass.
 *
 * @param process the only one to look at, by whoever has it in hand: the query's pids are passed
 *     over, and a TOTAL sums its threads; null: all that pass the filters, and a TOTAL sums those
 * @param waits what threads wait for; null: that is left to /proc
 */
record PassRequest(
    Query query,
    ProcessRef process,
    ThreadWaits waits,
    BulkBuilder into,
    Cancellation cancellation) {
  boolean ofOne() {
    return process != null;
  }

  /** The same with the records going elsewhere. */
  PassRequest withInto(BulkBuilder other) {
    return new PassRequest(query, process, waits, other, cancellation);
  }
}
