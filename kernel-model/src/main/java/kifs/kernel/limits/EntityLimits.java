package kifs.kernel.limits;

import java.util.Optional;

/**
 * The limits of one process, thread or cgroup. They are bound to the entity as the ref is that gave
 * them, and valid until the ref is closed. Thread-safe.
 */
public interface EntityLimits {
  /**
   * The owner of a file of the kernel.
   *
   * @param user user id
   * @param group group id
   */
  record Owner(long user, long group) {}

  /**
   * The owner of the kernel's file that has a limit, to whom the kernel lets it be written; empty
   * if the limit is in no file, or the entity has vanished.
   */
  Optional<Owner> owner(LimitKind kind);

  /**
   * The present value, as {@link BoundLimit#read}. Scheduling values of a process are those of its
   * main thread.
   *
   * @throws LimitException as there
   */
  String read(LimitKind kind);

  /**
   * Changes a limit with the rights of a client, as {@link BoundLimit#write}. Scheduling values of
   * a process are set for all its threads, or for none if the kernel refuses one of them.
   *
   * @throws LimitException as there
   */
  void write(LimitKind kind, String text, ClientIdentity client);
}
