package kifs.fs.node.text;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import kifs.fs.tree.Caller;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import org.jspecify.annotations.Nullable;

/** A file whose text is made when the file is read. Thread-safe. */
public final class TextNode implements FileNode {
  private static final int OF_ALL = 0444;

  private final Function<Caller, BoundText> binding;
  private final int permissions;
  private final Supplier<Owner> ownerFinder;

  /** Set when it is first needed, because to find it may take a system call. */
  private volatile @Nullable Owner owner;

  /** Makes a file that everybody may read. */
  public TextNode(Function<Caller, BoundText> binding) {
    this(binding, OF_ALL, () -> Owner.ROOT);
  }

  /**
   * @param binding binds to the entity when the file is opened
   * @param owner finds the owner
   */
  public TextNode(Function<Caller, BoundText> binding, int permissions, Supplier<Owner> owner) {
    this.binding = binding;
    this.permissions = permissions;
    this.ownerFinder = owner;
  }

  /** Makes a node for a text that is not about an entity, so it is bound to nothing. */
  public static TextNode of(Supplier<String> text) {
    return new TextNode(caller -> text::get);
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    return CompletableFuture.completedFuture(new TextFile(binding.apply(caller)));
  }

  @Override
  public int permissions() {
    return permissions;
  }

  @Override
  public Owner owner() {
    Owner found = owner;
    if (found == null) {
      found = ownerFinder.get();
      owner = found;
    }
    return found;
  }
}
