package kifs.fs.node.bulk;

import java.util.concurrent.CompletableFuture;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;

/**
 * The entity or the collection that an open bulk is bound to. It is bound when the file is opened,
 * and closed with the file. The file calls it from one thread at a time.
 */
public interface BoundBulk extends AutoCloseable {
  /**
   * Takes a snapshot that begins after this call. If the entity has vanished, this method or the
   * future fails with ESRCH.
   *
   * @return the reader owns a reference of the bulk. A reader that no longer wants the bulk
   *     completes the future itself, which ends the pass if no other reader waits for it
   */
  CompletableFuture<Bulk> take(Query query);

  @Override
  default void close() {}
}
