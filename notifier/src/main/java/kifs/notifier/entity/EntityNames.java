package kifs.notifier.entity;

/**
 * Names entities for event lines, by whoever shows them to users. Thread-safe; called under the
 * notifier's lock, so it must not block.
 */
@FunctionalInterface
public interface EntityNames {
  /**
   * The name that {@code entity=} has in events: ASCII, without blanks. The entity need not exist
   * any more.
   */
  String nameOf(EntityId entity);
}
