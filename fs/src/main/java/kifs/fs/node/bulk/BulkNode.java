package kifs.fs.node.bulk;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.fs.node.refusal.Refusals;
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
import kifs.kernel.record.Records;
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
   * @param refused the refusals of names in the directory of the bulk
   * @return null if the name is neither
   * @throws FsException EINVAL if the query is wrong
   */
  public static @Nullable Node lookup(String name, Refusals.In refused, Supplier<Content> content) {
    if (name.equals(NAME)) {
      Content all = content.get();
      return new BulkNode(all, refused);
    }
    return name.startsWith(FILTERED)
        ? filtered(content.get(), refused, name.substring(FILTERED.length()))
        : null;
  }

  /**
   * Makes the node of {@code bulk?QUERY}.
   *
   * @param refused the refusals of names in the directory of the bulk
   * @throws FsException EINVAL if the query is wrong
   */
  public static Node filtered(Content content, Refusals.In refused, String query) {
    if (!query.endsWith(CGROUP)) {
      return new BulkNode(content, refused, parse(content, refused, query));
    }
    // The path of a cgroup begins with a slash, which ends this name. So the name up to the slash
    // is a directory, in which the rest of the path is looked up.
    return new Directory() {
      @Override
      public Node lookup(String name, Caller caller) {
        return new BulkNode(content, refused, parse(content, refused, query + "/" + name));
      }

      @Override
      public List<Entry> list(Caller caller) {
        return List.of();
      }
    };
  }

  /** Parses a query, and keeps the reason if it is refused. */
  private static BulkRequest parse(Content content, Refusals.In refused, String query) {
    try {
      return content.parse(query);
    } catch (FsException e) {
      throw refused.of(FILTERED + query, e);
    }
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
            throw new FsException(
                Errno.EINVAL, "this bulk has no tag " + name(tag) + "; it has " + names());
          }
        }
        return query;
      } catch (BadQueryException e) {
        throw new FsException(Errno.EINVAL, e.getMessage());
      }
    }

    private String names() {
      return Stream.concat(
              unfiltered.tags().stream().map(Content::name),
              also.stream().map(type -> name(type.tag())))
          .distinct()
          .collect(Collectors.joining(" "));
    }

    private static String name(int tag) {
      return Records.ALL.stream()
          .filter(type -> type.tag() == tag)
          .map(type -> type.name().toLowerCase(Locale.ROOT))
          .findFirst()
          .orElseThrow();
    }

    private boolean isAlso(int tag) {
      return also.stream().anyMatch(type -> type.tag() == tag);
    }
  }

  private final Content content;
  private final Refusals.In refused;
  private final BulkRequest request;

  /**
   * The bulk without a query in its name.
   *
   * @param refused the refusals of names in the directory of the bulk
   */
  public BulkNode(Content content, Refusals.In refused) {
    this(content, refused, content.whole());
  }

  private BulkNode(Content content, Refusals.In refused, BulkRequest request) {
    this.content = content;
    this.refused = refused;
    this.request = request;
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    return CompletableFuture.completedFuture(
        new BulkFile(
            content.binding().apply(caller),
            request,
            query -> parse(content, refused, query),
            content.whole()));
  }

  @Override
  public boolean isWritable() {
    return true;
  }
}
