package kifs.fs.node.bulk;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.kernel.query.BadQueryException;
import kifs.kernel.query.Query;
import kifs.kernel.query.QueryParser;
import kifs.kernel.record.RecordType;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code bulk} of an entity or a collection, with or without a query in its name.
 * Immutable.
 */
public final class BulkNode implements FileNode {
  public static final String NAME = "bulk";

  private static final String FILTERED = NAME + "?";
  private static final String CGROUP = "cgroup=";

  /**
   * Finds the node of {@code bulk} or {@code bulk?QUERY}.
   *
   * @return null if the name is neither
   * @throws FsException EINVAL if the query is wrong
   */
  public static @Nullable Node lookup(String name, Supplier<Content> content) {
    if (name.equals(NAME)) {
      Content all = content.get();
      return new BulkNode(all);
    }
    return name.startsWith(FILTERED)
        ? filtered(content.get(), name.substring(FILTERED.length()))
        : null;
  }

  private static Node filtered(Content content, String query) {
    if (!query.endsWith(CGROUP)) {
      return new BulkNode(content, content.parse(query));
    }
    // The path of a cgroup begins with a slash, which ends this name. So the name up to the slash
    // is a directory, in which the rest of the path is looked up.
    return new Directory() {
      @Override
      public Node lookup(String name, Caller caller) {
        return new BulkNode(content, content.parse(query + "/" + name));
      }

      @Override
      public List<Entry> list(Caller caller) {
        return List.of();
      }
    };
  }

  /**
   * What a bulk can contain.
   *
   * @param unfiltered the query of a bulk that has none in its name
   * @param binding binds to the entity or the collection when a client opens the bulk, which shows
   *     what the client may see
   * @param also record types that only {@code tags=} adds
   */
  public record Content(
      Query unfiltered, Function<Caller, BoundBulk> binding, List<RecordType> also) {
    /** A bulk that contains the record types of its query only. */
    public Content(Query unfiltered, Function<Caller, BoundBulk> binding) {
      this(unfiltered, binding, List.of());
    }

    /** A request for the whole bulk. */
    BulkRequest whole() {
      return new BulkRequest(unfiltered, false);
    }

    /**
     * Parses a query: the words of {@link QueryParser}, and the word {@code changed}.
     *
     * @throws FsException EINVAL if the text is no query
     */
    BulkRequest parse(String text) {
      List<String> words = new ArrayList<>(List.of(text.split("&", -1)));
      boolean isChanged = words.remove(BulkRequest.CHANGED);
      if (isChanged && words.isEmpty()) {
        return new BulkRequest(unfiltered, true);
      }
      return new BulkRequest(query(String.join("&", words)), isChanged);
    }

    private Query query(String text) {
      try {
        Query query = QueryParser.parse(text, unfiltered);
        for (int tag : query.tags()) {
          if (!unfiltered.tags().contains(tag) && !isAlso(tag)) {
            throw new FsException(Errno.EINVAL, "this bulk has no records with tag " + tag);
          }
        }
        return query;
      } catch (BadQueryException e) {
        throw new FsException(Errno.EINVAL, e.getMessage());
      }
    }

    private boolean isAlso(int tag) {
      return also.stream().anyMatch(type -> type.tag() == tag);
    }
  }

  private final Content content;
  private final BulkRequest request;

  /** The bulk without a query in its name. */
  public BulkNode(Content content) {
    this(content, content.whole());
  }

  private BulkNode(Content content, BulkRequest request) {
    this.content = content;
    this.request = request;
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    return CompletableFuture.completedFuture(
        new BulkFile(content.binding().apply(caller), request, content::parse, content.whole()));
  }

  @Override
  public boolean isWritable() {
    return true;
  }
}
