package kifs.notifier.waiting;

import kifs.notifier.entity.EntityId;

/**
 * Decides of which entities a waiter may get events. The notifier asks it with its lock held, so it
 * must not call the notifier. Thread-safe.
 */
public interface Audience {
  /** The audience of a waiter that may get every event. */
  Audience EVERYTHING =
      new Audience() {
        @Override
        public boolean mayGet(EntityId entity) {
          return true;
        }

        @Override
        public boolean maySeeStatus(EntityId entity) {
          return true;
        }
      };

  /** Whether the waiter may get an event about the entity. */
  boolean mayGet(EntityId entity);

  /** Whether the waiter may see the status with which the process exited. */
  boolean maySeeStatus(EntityId entity);
}
