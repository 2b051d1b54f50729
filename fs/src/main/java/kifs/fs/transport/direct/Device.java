package kifs.fs.transport.direct;

import java.util.concurrent.atomic.AtomicInteger;
import kifs.fs.transport.direct.protocol.Replies;
import kifs.fs.transport.direct.session.Answer;
import kifs.fs.transport.direct.session.Channel;
import kifs.kernel.linux.Syscalls;

/**
 * The descriptor of a session with the kernel. It stays open as long as a thread uses it, so that
 * no answer can go to another file that has got its number. Thread-safe.
 */
final class Device implements Channel {
  private final int fd;
  private final AnswerPool answers = new AnswerPool();
  private final AnswerPool.Memory reserve = answers.take(0);

  /** The threads that use the descriptor now, and 1 until {@link #close}. */
  private final AtomicInteger users = new AtomicInteger(1);

  Device(int fd) {
    this.fd = fd;
  }

  int fd() {
    return fd;
  }

  /**
   * Waits for a request.
   *
   * @return its length, or a negative errno
   */
  int receive(long buffer, int bytes) {
    return Syscalls.read(fd, buffer, bytes);
  }

  @Override
  public Answer answer(int bodyBytes) {
    return answers.take(bodyBytes);
  }

  @Override
  public boolean send(Answer answer) {
    if (!use()) {
      return false;
    }
    try {
      int bytes = answer.buffer().limit();
      return Syscalls.write(fd, ((AnswerPool.Memory) answer).address(), bytes) == bytes;
    } finally {
      leave();
    }
  }

  @Override
  public void refuse(long unique, int errno) {
    synchronized (reserve) {
      Replies.error(reserve.buffer(), unique, errno);
      send(reserve);
    }
  }

  private boolean use() {
    int before;
    do {
      before = users.get();
      if (before == 0) {
        return false;
      }
    } while (!users.compareAndSet(before, before + 1));
    return true;
  }

  private void leave() {
    if (users.decrementAndGet() == 0) {
      Syscalls.close(fd);
      reserve.close();
      answers.close();
    }
  }

  /** Closes the descriptor, when no thread uses it any more. It is called once. */
  void close() {
    leave();
  }
}
