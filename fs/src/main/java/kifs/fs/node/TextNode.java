package kifs.fs.node;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import kifs.fs.tree.Caller;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;

/** A file of text that is made when it is read. */
final class TextNode implements FileNode {
  /** Where the text comes from, bound to its entity when the file is opened. */
  interface Bound extends AutoCloseable {
    /**
     * @return one char a byte
     */
    String text();

    /** Whether making it takes so long that a reader may want to be interrupted. */
    default boolean isSlow() {
      return false;
    }

    @Override
    default void close() {}
  }

  private final Supplier<Bound> binding;
  private final long size;

  TextNode(Supplier<Bound> binding) {
    this(binding, 0);
  }

  private TextNode(Supplier<Bound> binding, long size) {
    this.binding = binding;
    this.size = size;
  }

  /** A text that never changes. */
  static TextNode constant(String text) {
    return new TextNode(() -> () -> text, Text.bytes(text).length);
  }

  /** A text that is about nothing that could go away. */
  static TextNode of(Supplier<String> text) {
    return new TextNode(() -> text::get);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    return CompletableFuture.completedFuture(new TextFile(binding.get()));
  }
}
