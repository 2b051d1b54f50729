package kifs.notifier;

import kifs.kernel.bulk.Detail;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.KernelSource;

/** This kernel or source doesn't tell what would be waited for, or not us. */
public final class NotToldException extends Exception {
  private static final long serialVersionUID = 1L;

  private NotToldException(String message) {
    super(message);
  }

  /** Throws if nobody would ever be told of that metric. */
  static void check(KernelSource source, Scope scope, Metric metric) throws NotToldException {
    if (Happenings.isOf(scope, metric)
        && !Happenings.isSeenWithoutWord(scope, metric.event())
        && !source.events().told().contains(metric.event())) {
      throw new NotToldException("this kernel doesn't tell of " + metric);
    }
    if (Deadlocks.isOf(scope) && source.fields(WaitRecord.TYPE, Detail.FULL) == 0) {
      throw new NotToldException("here nobody tells what threads wait for");
    }
    Reading reading = metric.reading(scope.kind());
    if (reading != null && (reading.fields() & ~source.fields(reading.type(), Detail.FULL)) != 0) {
      throw new NotToldException("this kernel doesn't give " + metric);
    }
  }
}
