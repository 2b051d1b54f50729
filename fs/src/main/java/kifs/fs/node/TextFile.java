package kifs.fs.node;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import kifs.fs.tree.OpenFile;

/** An open text: a read at offset 0 makes it anew, reads elsewhere continue it. */
final class TextFile implements OpenFile {
  private final TextNode.Bound bound;
  private byte[] content;

  TextFile(TextNode.Bound bound) {
    this.bound = bound;
  }

  /** What takes a while is made by another thread: its reader can be interrupted meanwhile. */
  @Override
  public CompletableFuture<Void> prepare(long offset, boolean nonBlocking) {
    if (!bound.isSlow() || !isAnew(offset)) {
      return READY;
    }
    CompletableFuture<Void> ready = new CompletableFuture<>();
    CompletableFuture.supplyAsync(bound::text)
        .whenComplete(
            (text, error) -> {
              if (error != null) {
                ready.completeExceptionally(error);
              } else {
                keep(Text.bytes(text));
                ready.complete(null);
              }
            });
    return ready;
  }

  private synchronized boolean isAnew(long offset) {
    return offset == 0 || content == null;
  }

  private synchronized void keep(byte[] text) {
    content = text;
  }

  @Override
  public synchronized int read(long offset, ByteBuffer to) {
    if (isAnew(offset) && !bound.isSlow()) {
      content = Text.bytes(bound.text());
    }
    if (offset >= content.length) {
      return 0;
    }
    int length = Math.min(to.remaining(), content.length - (int) offset);
    to.put(content, (int) offset, length);
    return length;
  }

  @Override
  public void release() {
    bound.close();
  }
}
