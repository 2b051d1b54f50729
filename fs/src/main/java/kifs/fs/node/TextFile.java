package kifs.fs.node;

import java.nio.ByteBuffer;
import kifs.fs.tree.OpenFile;

/** An open text: a read at offset 0 makes it anew, reads elsewhere continue it. */
final class TextFile implements OpenFile {
  private final TextNode.Bound bound;
  private byte[] content;

  TextFile(TextNode.Bound bound) {
    this.bound = bound;
  }

  @Override
  public synchronized int read(long offset, ByteBuffer to) {
    if (offset == 0 || content == null) {
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
