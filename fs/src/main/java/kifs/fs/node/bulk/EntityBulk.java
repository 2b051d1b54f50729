package kifs.fs.node.bulk;

import java.util.concurrent.CompletableFuture;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.Visibility;
import kifs.kernel.query.Query;
import kifs.kernel.source.ProcessRef;

/**
 * A bulk of one entity or of a part of it. It stays bound to the entity until it is closed, even if
 * the kernel uses the entity's id again. After the entity has vanished, {@link #take} fails with
 * ESRCH.
 *
 * @param content collects the records of the entity
 * @param view what the client may see
 * @param release closes the ref of the entity
 */
public record EntityBulk(
    Snapshots snapshots, Snapshots.Content content, View view, Runnable release)
    implements BoundBulk {

  /**
   * Makes the bulk of one process.
   *
   * @param process the bulk owns this ref and closes it
   * @param visibility what the client may see
   */
  public static EntityBulk of(Snapshots snapshots, ProcessRef process, Visibility visibility) {
    View view = new View(visibility, process.pid());
    return new EntityBulk(snapshots, snapshots.of(process), view, process::close);
  }

  @Override
  public CompletableFuture<Bulk> take(Query query) {
    return snapshots.takeOwn(query, content, view);
  }

  @Override
  public void close() {
    release.run();
  }
}
