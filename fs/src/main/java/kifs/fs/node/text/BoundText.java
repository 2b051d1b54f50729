package kifs.fs.node.text;

import java.util.concurrent.Executor;

/** The subject of an open text. It is bound when the file is opened, and closed with the file. */
public interface BoundText extends AutoCloseable {
  /** Runs a task on the thread of the reader. */
  Executor AT_ONCE = Runnable::run;

  /**
   * Makes the text.
   *
   * @return one char a byte
   */
  String text();

  /** Runs {@link #text}. If it isn't {@link #AT_ONCE}, the reader may be interrupted meanwhile. */
  default Executor executor() {
    return AT_ONCE;
  }

  @Override
  default void close() {}
}
