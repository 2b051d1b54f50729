package kifs.fs.transport;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of which the kernel has names. The daemon keeps some 150 bytes for each of them until
 * the kernel forgets it. The kernel would keep the names below a vanished entity until it is short
 * of memory itself, because they hold the name of the entity, which nobody looks up again. So
 * {@link #dropVanished} tells the kernel to drop it. Thread-safe.
 */
public final class KnownNodes {
  /**
   * With more nodes than this the kernel remembers no further names, so it forgets them at once.
   */
  public static final int MAX = 50_000;

  /** With fewer nodes it isn't worth the time to find the entities that have vanished. */
  private static final int MANY = 5_000;

  /**
   * The name of an entity.
   *
   * @param parent the node of the directory that the name is in
   */
  private record Name(long parent, String path) {}

  /** Tells the kernel to drop a name. */
  public interface Dropper {
    void drop(long parent, byte[] name);
  }

  private final Map<Long, Name> entities = new ConcurrentHashMap<>();

  /** A transport numbers its nodes in the order in which it makes them. */
  private final AtomicLong newest = new AtomicLong();

  private final AtomicLong forgotten = new AtomicLong();

  /**
   * Notes a node that the kernel has learned.
   *
   * @param entity the path if the node is the directory of an entity
   */
  public void found(long node, long parent, @Nullable String entity) {
    newest.accumulateAndGet(node, Math::max);
    if (entity != null) {
      entities.put(node, new Name(parent, entity));
    }
  }

  /** Notes that the kernel has forgotten a node. */
  public void forgotten(long node) {
    forgotten.incrementAndGet();
    entities.remove(node);
  }

  /** The number of nodes, about. */
  public long count() {
    return Math.max(0, newest.get() - forgotten.get());
  }

  public boolean isFull() {
    return count() >= MAX;
  }

  public boolean areMany() {
    return count() >= MANY;
  }

  /** Drops the names of the entities that have vanished, with all names below them. */
  public void dropVanished(Predicate<String> hasVanished, Dropper dropper) {
    entities.forEach(
        (node, name) -> {
          if (hasVanished.test(name.path()) && entities.remove(node, name)) {
            String last = name.path().substring(name.path().lastIndexOf('/') + 1);
            dropper.drop(name.parent(), last.getBytes(StandardCharsets.UTF_8));
          }
        });
  }
}
