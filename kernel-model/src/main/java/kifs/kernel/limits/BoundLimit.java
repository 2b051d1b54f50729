package kifs.kernel.limits;

/**
 * One limit of one entity. It is bound to the entity that had the id when the file was opened, so
 * it never reads or changes a later entity with the same id. Thread-safe. Must be closed.
 */
public interface BoundLimit extends AutoCloseable {
  /**
   * The present value as the kernel has it: one line without a newline, one char a byte.
   *
   * @throws LimitException ESRCH if the entity has vanished, ENODATA if this kernel has no such
   *     limit
   */
  String read();

  /**
   * Changes the limit with the rights of a client. The text is validated completely before anything
   * is changed.
   *
   * @param text one char a byte, without blanks at its ends
   * @throws LimitException EINVAL if the text is no valid limit, ESRCH if the entity has vanished,
   *     else the error by which the kernel refused the change
   */
  void write(String text, ClientIdentity client);

  @Override
  void close();
}
