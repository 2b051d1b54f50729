package kifs.notifier.entity;

/** The entity went away before anything could be waited for. */
public final class EntityGoneException extends Exception {
  private static final long serialVersionUID = 1L;

  EntityGoneException(String entity) {
    super(entity + " has gone");
  }
}
