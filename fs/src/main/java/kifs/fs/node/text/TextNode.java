package kifs.fs.node.text;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import kifs.fs.tree.Caller;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;

/** A file whose text is made when the file is read. Immutable. */
public final class TextNode implements FileNode {
  private final Supplier<BoundText> binding;

  public TextNode(Supplier<BoundText> binding) {
    this.binding = binding;
  }

  /** Makes a node for a text that is not about an entity, so it is bound to nothing. */
  public static TextNode of(Supplier<String> text) {
    return new TextNode(() -> text::get);
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    return CompletableFuture.completedFuture(new TextFile(binding.get()));
  }
}
