package kifs.fs.transport.direct.session;

/** Takes answers and notifications to the kernel. Thread-safe. */
public interface Channel {
  /** Lends memory for an answer with a body of at most that many bytes. */
  Answer answer(int bodyBytes);

  /**
   * Sends an answer or a notification. It does not wait for a client.
   *
   * @param answer its buffer contains what is sent, from 0 to the limit
   * @return whether the kernel has taken it; if not, the client has got another answer, because the
   *     session has ended
   */
  boolean send(Answer answer);

  /**
   * Answers a request with an error, in memory that is reserved for it. This is for a daemon that
   * is out of memory: a client without an answer could not even be killed.
   *
   * @param errno positive
   */
  void refuse(long unique, int errno);
}
