package kifs.fs.tree;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An operation ended in an error, which the client gets as an errno. This is an ordinary outcome,
 * so the exception has no stack trace.
 */
public final class FsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;
  private final String reason;
  private final transient Consumer<Caller> onAnswer;

  public FsException(Errno errno, @Nullable String message) {
    this(errno, message, caller -> {});
  }

  /**
   * @param onAnswer called with the client that gets the errno as the answer to a lookup or an open
   */
  public FsException(Errno errno, @Nullable String message, Consumer<Caller> onAnswer) {
    super(errno + ": " + message, null, false, false);
    this.errno = errno;
    this.reason = String.valueOf(message);
    this.onAnswer = onAnswer;
  }

  /** A transport calls this method when it answers a lookup or an open with the errno. */
  public void answeredTo(Caller caller) {
    onAnswer.accept(caller);
  }

  public Errno errno() {
    return errno;
  }

  /** The message without the errno. */
  public String reason() {
    return reason;
  }
}
