package kifs.fs.node.bulk;

import java.util.concurrent.atomic.AtomicReference;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkTooLargeException;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.changes.BulkDifference;
import org.jspecify.annotations.Nullable;

/**
 * The whole bulk for which one reader of changed bulks got the last one. It takes no more memory
 * than a reader of whole bulks holds, and readers who shared a pass share it. If the memory is
 * needed for another bulk, that of the reader who has read longest ago is given up, and that reader
 * gets a whole bulk again. Thread-safe.
 */
final class LastBulk implements ChunkPool.Spare {
  /** Null: there is none, or it was given up. */
  private final AtomicReference<@Nullable Bulk> last = new AtomicReference<>();

  /**
   * Makes what the reader gets of a new bulk, and remembers the new bulk.
   *
   * @param whole the reference becomes this object's
   * @return a changed bulk, or {@code whole} if that is smaller or if nothing is known of the
   *     reader's last one; the caller owns a reference of it
   */
  Bulk next(Bulk whole) {
    Bulk before = last.getAndSet(null);
    try {
      return before == null ? whole.retain() : smaller(before, whole);
    } finally {
      if (before != null) {
        before.pool().forget(this);
        before.release();
      }
      remember(whole);
    }
  }

  private static Bulk smaller(Bulk before, Bulk whole) {
    try {
      Bulk changed = BulkDifference.between(before, whole, whole.pool());
      if (changed.size() < whole.size()) {
        return changed;
      }
      changed.release();
    } catch (BulkTooLargeException e) {
      // A whole bulk is right in any case, and needs no further memory.
    }
    return whole.retain();
  }

  private void remember(Bulk whole) {
    whole.pool().use(this);
    Bulk other = last.getAndSet(whole);
    if (other != null) {
      other.release();
    }
  }

  /** Forgets the last bulk, so that the next one is whole. */
  void forget() {
    Bulk before = last.getAndSet(null);
    if (before != null) {
      before.pool().forget(this);
      before.release();
    }
  }

  @Override
  public void giveUp() {
    Bulk before = last.getAndSet(null);
    if (before != null) {
      before.release();
    }
  }
}
