package kifs.fs.node.bulk;

import java.util.concurrent.CompletableFuture;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.source.ProcessRef;

/**
 * A bulk of one entity, or of something in it. It stays bound to the entity until it is closed,
 * whatever gets the entity's id meanwhile. A bulk that is taken after the entity has gone ends in
 * ESRCH.
 *
 * @param content collects the records of the entity
 * @param release releases the ref of the entity
 */
public record EntityBulk(Snapshots snapshots, Snapshots.Content content, Runnable release)
    implements BoundBulk {

  /**
   * A bulk of one process.
   *
   * @param process closed with the bulk
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
