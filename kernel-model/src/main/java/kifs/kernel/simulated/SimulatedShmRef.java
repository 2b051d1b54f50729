package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.shm.ShmObject;
import kifs.kernel.shm.ShmObjects;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ShmRef;

/** A ref to a shared-memory object, by its id. Thread-safe by the kernel's lock. */
final class SimulatedShmRef implements ShmRef {
  private final World world;
  private final long id;

  SimulatedShmRef(World world, long id) {
    this.world = world;
    this.id = id;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public boolean read(long fields, Record shm, Cancellation cancellation) {
    return ifPresent(
        object -> {
          ShmObjects.fill(object, fields, shm);
          return true;
        });
  }

  @Override
  public Optional<String> name() {
    String[] name = {null};
    ifPresent(
        object -> {
          name[0] = new String(object.name(), StandardCharsets.ISO_8859_1);
          return true;
        });
    return Optional.ofNullable(name[0]);
  }

  @Override
  public boolean collect(Query query, BulkBuilder into, Cancellation cancellation) {
    return ifPresent(
        object -> {
          SimulatedHoldings.write(List.of(object), query, true, into);
          return true;
        });
  }

  private boolean ifPresent(Predicate<ShmObject> action) {
    return world.readCounted(
        now -> {
          ShmObject object = world.findShm(pid -> true, true).byId(id);
          return object != null && action.test(object);
        });
  }

  /** Does nothing: this holds no resources. */
  @Override
  public void close() {}
}
