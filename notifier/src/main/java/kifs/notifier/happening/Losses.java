package kifs.notifier.happening;

import java.util.Map;
import kifs.kernel.source.KernelEvents.ProcessEvent;

/**
 * The events of processes that were lost before they could be reported. Immutable.
 *
 * @param counted the number of lost events of each kind, without exits that a scan has found
 * @param uncounted the number of lost events whose kind is not known
 * @param foundNs boot time at which the last loss was found
 */
public record Losses(Map<ProcessEvent.Kind, Long> counted, long uncounted, long foundNs) {
  /** Nothing was lost. */
  static final Losses NONE = new Losses(Map.of(), 0, Long.MIN_VALUE);

  public boolean isEmpty() {
    return counted.isEmpty() && uncounted == 0;
  }

  /** The number of lost events that certainly were of that kind. */
  public long of(ProcessEvent.Kind kind) {
    return counted.getOrDefault(kind, 0L);
  }
}
