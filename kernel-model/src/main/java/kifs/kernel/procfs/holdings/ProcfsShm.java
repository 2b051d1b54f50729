package kifs.kernel.procfs.holdings;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
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
 * Looks at the shared-memory objects of the host, all or one. One is found again where the last
 * look at all found it, so that its size costs a system call or two; only who uses it, and an
 * object that nobody saw yet, takes a look at every process. Thread-safe.
 */
public final class ProcfsShm {
  private final Proc proc;
  private final Supplier<HeldFacts> held;
  private final AtomicReference<Map<Long, Seen>> seen = new AtomicReference<>(Map.of());

  /** Where an object was. */
  private record Seen(ShmKey key, byte[] name, long device, List<String> where) {
    Seen(ShmObject object) {
      this(object.key(), object.name(), object.device(), List.copyOf(object.where()));
    }
  }

  /**
   * @param held gives who tells, at the time of each look, what processes hold
   */
  public ProcfsShm(Proc proc, Supplier<HeldFacts> held) {
    this.proc = proc;
    this.held = held;
  }

  /**
   * Appends SHM and SHM_USER of what was found, as far as the bulk wants them.
   *
   * @param all whether every process was looked at; else nobody knows how many users there are
   */
  void write(ShmObjects found, Query query, boolean all, BulkBuilder into) {
    long fields = all ? fields(query) : fields(query) & ~ShmRecord.USERS.bit();
    ShmObjects.write(found.all(), found.known(fields), query.fields(ShmUserRecord.TYPE, -1), into);
  }

  private static long fields(Query query) {
    return query.fields(ShmRecord.TYPE, -1);
  }

  /** A look at all of them was taken. */
  void saw(ShmObjects found) {
    seen.set(
        found.all().stream().collect(Collectors.toMap(o -> o.key().id(), Seen::new, (a, b) -> a)));
  }

  public long[] ids(Cancellation cancellation) {
    return lookAtAll(cancellation).all().stream().mapToLong(o -> o.key().id()).toArray();
  }

  public Optional<ShmRef> find(long id) {
    boolean there = known(id) || listed(id) || lookAtAll(Cancellation.NEVER).byId(id) != null;
    return there ? Optional.of(new Ref(id)) : Optional.empty();
  }

  private boolean known(long id) {
    return remeasured(id) != null;
  }

  /** The object as it is now, found where it was; null: it isn't there any more. */
  private ShmObject remeasured(long id) {
    Seen last = seen.get().get(id);
    if (last == null) {
      return null;
    }
    return look(
        null,
        reader -> {
          ShmObject object = reader.objects().object(last.key(), last.name(), last.device());
          return last.where().stream().anyMatch(where -> reader.measure(object, where))
              ? object
              : null;
        });
  }

  /** Whether a listing tells of it, without a look at processes. */
  private boolean listed(long id) {
    return look(
        false,
        reader -> {
          reader.listings();
          ShmObject object = reader.objects().byId(id);
          if (object != null) {
            Map<Long, Seen> more = new HashMap<>(seen.get());
            more.put(id, new Seen(object));
            seen.set(Map.copyOf(more));
          }
          return object != null;
        });
  }

  private <T> T look(T closed, Function<ShmReader, T> action) {
    return proc.root()
        .withScan(closed, scan -> action.apply(new ShmReader(proc, held.get(), scan)));
  }

  private ShmObjects lookAtAll(Cancellation cancellation) {
    ShmObjects found =
        proc.root()
            .pass(
                new ShmObjects(proc.shmDevices()),
                cancellation,
                scan -> {
                  ShmReader reader = new ShmReader(proc, held.get(), scan);
                  reader.look(null, cancellation);
                  return reader.objects();
                });
    saw(found);
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
      boolean users = (fields & ShmRecord.USERS.bit()) != 0;
      ShmObject object = users ? null : remeasured(id);
      long known = fields;
      if (object == null) {
        ShmObjects found = lookAtAll(cancellation);
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
      ShmObject object = remeasured(id);
      if (object == null) {
        object = lookAtAll(Cancellation.NEVER).byId(id);
      }
      return Optional.ofNullable(object)
          .map(found -> new String(found.name(), StandardCharsets.ISO_8859_1));
    }

    @Override
    public boolean collect(Query query, BulkBuilder into, Cancellation cancellation) {
      ShmObjects found = lookAtAll(cancellation);
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
      // Holds nothing that had to be given back.
    }
  }
}
