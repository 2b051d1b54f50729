package kifs.fs.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import kifs.fs.tree.Caller;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;

/** A file of text that is made when it is read. */
final class TextNode implements FileNode {
  /** On the thread of whoever reads. */
  static final Executor AT_ONCE = Runnable::run;

  /** Where the text comes from, bound to its entity when the file is opened. */
  interface Bound extends AutoCloseable {
    /**
     * @return one char a byte
     */
    String text();

    /** On which the text is made; its reader may be interrupted meanwhile. */
    default Executor executor() {
      return AT_ONCE;
    }

    @Override
    default void close() {}
  }

  private final Supplier<Bound> binding;

  TextNode(Supplier<Bound> binding) {
    this.binding = binding;
  }

  /** A text that is about nothing that could go away. */
  static TextNode of(Supplier<String> text) {
    return new TextNode(() -> text::get);
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    return CompletableFuture.completedFuture(new TextFile(binding.get()));
  }
}
