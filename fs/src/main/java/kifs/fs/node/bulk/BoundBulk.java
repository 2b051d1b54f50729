package kifs.fs.node.bulk;

import java.util.concurrent.CompletableFuture;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;

/** The subject of an open bulk. It is bound when the file is opened, and closed with the file. */
public interface BoundBulk extends AutoCloseable {
  /**
   * Takes a snapshot.
   *
   * @return the reader owns a reference of the bulk. The reader stops waiting by completing the
   *     future
   */
  CompletableFuture<Bulk> take(Query query);

  @Override
  default void close() {}
}
