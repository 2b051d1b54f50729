package kifs.fs.node.text;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import kifs.fs.tree.OpenFile;
import org.jspecify.annotations.Nullable;

/**
 * An open text. A read at offset 0 makes a new text, and reads elsewhere continue the last one.
 * Thread-safe: the monitor of the file guards the content, but the text is made without it.
 */
public final class TextFile implements OpenFile {
  private final BoundText bound;
  private byte @Nullable [] content;

  public TextFile(BoundText bound) {
    this.bound = bound;
  }

  @Override
  public CompletableFuture<Void> prepare(long offset, boolean nonBlocking) {
    if (offset != 0 && isMade()) {
      return READY;
    }
    Executor executor = bound.executor();
    if (executor == BoundText.AT_ONCE) {
      make();
      return READY;
    }
    return CompletableFuture.runAsync(this::make, executor);
  }

  private synchronized boolean isMade() {
    return content != null;
  }

  private void make() {
    byte[] made = Values.bytes(bound.text());
    synchronized (this) {
      content = made;
    }
  }

  @Override
  public synchronized int read(long offset, ByteBuffer to) {
    return content == null ? 0 : Values.copy(content, offset, to);
  }

  @Override
  public void release() {
    bound.close();
  }
}
