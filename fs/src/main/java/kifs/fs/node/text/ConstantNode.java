package kifs.fs.node.text;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import kifs.fs.tree.Caller;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import org.jspecify.annotations.Nullable;

/**
 * A file whose text never changes. The text is made when it is first needed. Thread-safe: the
 * monitor of the node guards the text.
 */
public final class ConstantNode implements FileNode {
  private final Supplier<String> maker;
  private @Nullable String text;

  /**
   * @param maker makes the text, one char a byte
   */
  public ConstantNode(Supplier<String> maker) {
    this.maker = maker;
  }

  private synchronized String text() {
    if (text == null) {
      text = maker.get();
    }
    return text;
  }

  @Override
  public long size() {
    return Values.bytes(text()).length;
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    return CompletableFuture.completedFuture(new TextFile(this::text));
  }
}
