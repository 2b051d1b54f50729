package kifs.fs.node.text;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import kifs.fs.tree.Caller;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;

/** A file of text that is made when it is read. */
public final class TextNode implements FileNode {
  private final Supplier<BoundText> binding;

  public TextNode(Supplier<BoundText> binding) {
    this.binding = binding;
  }

  /** A text that is about nothing that could go away. */
  public static TextNode of(Supplier<String> text) {
    return new TextNode(() -> text::get);
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    return CompletableFuture.completedFuture(new TextFile(binding.get()));
  }
}
