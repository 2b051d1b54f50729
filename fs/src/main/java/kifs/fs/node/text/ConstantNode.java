package kifs.fs.node.text;

import java.nio.charset.StandardCharsets;
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
   * @param maker makes the text, which becomes UTF-8
   */
  public ConstantNode(Supplier<String> maker) {
    this.maker = maker;
  }

  /** The text, one char a byte. */
  private synchronized String text() {
    if (text == null) {
      text = Values.of(maker.get().getBytes(StandardCharsets.UTF_8));
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
