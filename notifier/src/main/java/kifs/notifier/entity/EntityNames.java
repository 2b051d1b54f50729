package kifs.notifier.entity;

/**
 * Names entities for event lines. The file system implements it, since the names are pathnames.
 * Implementations are thread-safe, and don't block: the notifier calls them under its lock.
 */
@FunctionalInterface
public interface EntityNames {
  /**
   * Returns the value of {@code entity=} in events: ASCII, without blanks. The entity may have
   * vanished already.
   */
  String nameOf(EntityId entity);
}
