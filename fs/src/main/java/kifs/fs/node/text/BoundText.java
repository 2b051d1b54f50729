package kifs.fs.node.text;

import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The entity whose text an open file shows. It is bound when the file is opened, and closed with
 * the file. Several readers may call it at the same time.
 */
public interface BoundText extends AutoCloseable {
  /** Runs a task on the thread of the reader. */
  Executor AT_ONCE = Runnable::run;

  /**
   * Makes the text. If the entity has vanished, it throws an {@code FsException} with ESRCH.
   *
   * @return one char a byte
   */
  String text();

  /**
   * The executor that runs {@link #text}. With any other than {@link #AT_ONCE}, the reader can be
   * interrupted meanwhile.
   */
  default Executor executor() {
    return AT_ONCE;
  }

  /** Makes a text that is bound to nothing, and that an executor makes. */
  static BoundText on(Executor executor, Supplier<String> text) {
    return new BoundText() {
      @Override
      public String text() {
        return text.get();
      }

      @Override
      public Executor executor() {
        return executor;
      }
    };
  }

  @Override
  default void close() {}
}
