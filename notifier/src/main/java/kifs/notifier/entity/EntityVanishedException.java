package kifs.notifier.entity;

/** The entity vanished before a client could wait for an event of it. */
public final class EntityVanishedException extends Exception {
  private static final long serialVersionUID = 1L;

  EntityVanishedException(String entity) {
    super(entity + " has vanished");
  }
}
