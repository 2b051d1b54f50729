package kifs.fs.node;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.kernel.bulk.BadQueryException;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.Query;
import kifs.kernel.bulk.QueryParser;
import kifs.kernel.record.RecordType;

/** {@code bulk} of some entity or collection, with or without a query in its name. */
final class BulkNode implements FileNode {
  /** What a bulk is of, bound to its entity when the file is opened. */
  interface Bound extends AutoCloseable {
    CompletableFuture<Bulk> take(Query query);

    @Override
    default void close() {}
  }

  /**
   * What can be in this bulk.
   *
   * @param unfiltered what is in it without a query
   * @param also types that {@code tags=} can ask for beside those
   */
  record Scope(Query unfiltered, Supplier<Bound> binding, RecordType... also) {
    Query parse(String text) {
      try {
        Query query = QueryParser.parse(text, unfiltered);
        for (int tag : query.tags()) {
          if (!unfiltered.tags().contains(tag) && !isAlso(tag)) {
            throw new FsException(Errno.EINVAL, "no such records in this bulk: tag " + tag);
          }
        }
        return query;
      } catch (BadQueryException e) {
        throw new FsException(Errno.EINVAL, e.getMessage());
      }
    }

    private boolean isAlso(int tag) {
      for (RecordType type : also) {
        if (type.tag() == tag) {
          return true;
        }
      }
      return false;
    }
  }

  private final Scope scope;
  private final Query query;

  BulkNode(Scope scope, Query query) {
    this.scope = scope;
    this.query = query;
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    return CompletableFuture.completedFuture(
        new BulkFile(scope.binding().get(), query, scope::parse, scope.unfiltered()));
  }

  @Override
  public boolean isWritable() {
    return true;
  }
}
