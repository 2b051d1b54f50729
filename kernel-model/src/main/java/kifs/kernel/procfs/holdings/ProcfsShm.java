package kifs.kernel.procfs.holdings;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.shm.ShmKey;
import kifs.kernel.shm.ShmObject;
import kifs.kernel.shm.ShmObjects;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ShmRef;

/**
 * Finds the shared-memory objects of the host, all or one. It remembers the paths at which the last
 * search found each object, so that the size of one costs a system call or two. A search over every
 * process is needed only for the users of an object, and for an object that was not found before.
 * Thread-safe.
 */
public final class ProcfsShm {
  private final Proc proc;
  private final Supplier<HeldFacts> held;
  private volatile Map<Long, Seen> seen = Map.of();

  /** An object that was found, and the paths that led to it. */
  private record Seen(ShmKey key, byte[] name, long device, List<String> where, boolean isListed) {
    Seen(ShmObject object) {
      this(
          object.key(),
          object.name(),
          object.device(),
          List.copyOf(object.where()),
          object.isListed());
    }
  }

  /**
   * @param held provides the source of what processes hold, at the time of each search
   */
  public ProcfsShm(Proc proc, Supplier<HeldFacts> held) {
    this.proc = proc;
    this.held = held;
  }

  /**
   * Appends SHM and SHM_USER records of the objects found, as far as the bulk wants them.
   *
   * @param all whether every process was searched. If not, the numbers of users and openers are
   *     unknown and stay absent
   */
  void write(ShmObjects found, Query query, boolean all, BulkBuilder into) {
    long fields = all ? fields(query) : fields(query) & ~ShmRecord.COUNTS;
    ShmObjects.write(found.all(), found.known(fields), query.fields(ShmUserRecord.TYPE, -1), into);
  }

  private static long fields(Query query) {
    return query.fields(ShmRecord.TYPE, -1);
  }

  /** Remembers the result of a search over every process. */
  void remember(ShmObjects found) {
    seen =
        found.all().stream().collect(Collectors.toMap(o -> o.key().id(), Seen::new, (a, b) -> a));
  }

  /** Searches every process and returns the ids of all objects. */
  public long[] ids(Cancellation cancellation) {
    return findAll(cancellation).all().stream().mapToLong(o -> o.key().id()).toArray();
  }

  /** Finds an object by its id; empty if there is none. May search every process. */
  public Optional<ShmRef> find(long id) {
    boolean there = known(id) || listed(id) || findAll(Cancellation.NEVER).byId(id) != null;
    return there ? Optional.of(new Ref(id)) : Optional.empty();
  }

  private boolean known(long id) {
    return remeasured(id).isPresent();
  }

  /** Measures an object again by a remembered path. Empty if no path leads to it any more. */
  private Optional<ShmObject> remeasured(long id) {
    Seen last = seen.get(id);
    if (last == null) {
      return Optional.empty();
    }
    return withReader(
        Optional.empty(),
        reader -> {
          ShmObject object = reader.objects().object(last.key(), last.name(), last.device());
          if (last.isListed()) {
            object.list();
          }
          return last.where().stream().anyMatch(where -> reader.measure(object, where))
              ? Optional.of(object)
              : Optional.empty();
        });
  }

  /** Whether a listing has the object. Searches no process. */
  private boolean listed(long id) {
    return withReader(
        false,
        reader -> {
          reader.listings();
          ShmObject object = reader.objects().byId(id);
          if (object != null) {
            Map<Long, Seen> more = new HashMap<>(seen);
            more.put(id, new Seen(object));
            seen = Map.copyOf(more);
          }
          return object != null;
        });
  }

  private <T> T withReader(T closed, Function<ShmReader, T> action) {
    return proc.root()
        .withScan(closed, scan -> action.apply(new ShmReader(proc, held.get(), scan)));
  }

  private ShmObjects findAll(Cancellation cancellation) {
    ShmObjects found =
        proc.root()
            .pass(
                new ShmObjects(proc.shmDevices()),
                cancellation,
                scan -> {
                  ShmReader reader = new ShmReader(proc, held.get(), scan);
                  reader.find(null, cancellation);
                  return reader.objects();
                });
    remember(found);
    return found;
  }

  /** One object, by its id. */
  private final class Ref implements ShmRef {
    private final long id;

    Ref(long id) {
      this.id = id;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public boolean read(long fields, Record shm, Cancellation cancellation) {
      boolean counts = (fields & ShmRecord.COUNTS) != 0;
      ShmObject object = counts ? null : remeasured(id).orElse(null);
      long known = fields;
      if (object == null) {
        ShmObjects found = findAll(cancellation);
        known = found.known(fields);
        object = found.byId(id);
      }
      if (object != null) {
        ShmObjects.fill(object, known, shm);
      }
      return object != null;
    }

    @Override
    public Optional<String> name() {
      return remeasured(id)
          .or(() -> Optional.ofNullable(findAll(Cancellation.NEVER).byId(id)))
          .map(found -> new String(found.name(), StandardCharsets.ISO_8859_1));
    }

    @Override
    public boolean collect(Query query, BulkBuilder into, Cancellation cancellation) {
      ShmObjects found = findAll(cancellation);
      ShmObject object = found.byId(id);
      if (object != null) {
        ShmObjects.write(
            List.of(object),
            found.known(fields(query)),
            query.fields(ShmUserRecord.TYPE, -1),
            into);
      }
      return object != null;
    }

    @Override
    public void close() {
      // A ref holds no resource.
    }
  }
}
