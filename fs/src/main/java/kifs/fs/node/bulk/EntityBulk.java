package kifs.fs.node.bulk;

import java.util.concurrent.CompletableFuture;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.source.ProcessRef;

/**
 * A bulk of one entity or of a part of it. It stays bound to the entity until it is closed, even if
 * the kernel uses the entity's id again. After the entity has vanished, {@link #take} fails with
 * ESRCH.
 *
 * @param content collects the records of the entity
 * @param release closes the ref of the entity
 */
public record EntityBulk(Snapshots snapshots, Snapshots.Content content, Runnable release)
    implements BoundBulk {

  /**
   * Makes the bulk of one process.
   *
   * @param process the bulk owns this ref and closes it
   */
  public static EntityBulk of(Snapshots snapshots, ProcessRef process) {
    return new EntityBulk(snapshots, process::collect, process::close);
  }

  @Override
  public CompletableFuture<Bulk> take(Query query) {
    return snapshots.takeOwn(query, content);
  }

  @Override
  public void close() {
    release.run();
  }
}
