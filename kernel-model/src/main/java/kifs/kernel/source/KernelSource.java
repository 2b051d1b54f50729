package kifs.kernel.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Host;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * A kernel that can be looked at. Thread-safe: passes may run side by side.
 *
 * <p>Entities come and go all the time, and a kernel may refuse to show what it has. Neither is
 * ever an error, and no result is null: a pass leaves out what isn't there, a record's field is
 * absent, what fills a record returns false, a single value is an empty {@link Optional}, and a
 * list of ids is empty. The same goes for the refs of single entities.
 */
public interface KernelSource extends AutoCloseable {
  SourceKind kind();

  Host host();

  KernelClock clock();

  /** What an administrator should know: what this host doesn't give, and why. One line each. */
  List<String> warnings();

  /**
   * What the source consists of, where that is worth telling, and how each part does: {@code runs},
   * or why it doesn't. In a fixed order.
   */
  default Map<String, String> parts() {
    return Map.of();
  }

  /** The fields of that type that this source fills at that detail. */
  long fields(RecordType type, Detail detail);

  /**
   * One pass: appends the records that the query asks for, of all entities that it admits, in the
   * order of the bulk format. SYSTEM and CPU records are not subject to filters; those of a WAIT
   * are about its waiter, and whatever they leave out, its deadlock is told. With filters there are
   * SHM records only of what an admitted process maps, and how many others do isn't counted.
   *
   * @throws Cancellation.CancelledException between two entities, once {@code cancellation} says so
   */
  void collect(Query query, BulkBuilder into, Cancellation cancellation);

  /** Ids of all processes, ascending. */
  int[] pids();

  /** Binds to the process that has that id now; empty if there is none. Costs no read of it. */
  Optional<ProcessRef> process(int pid);

  /** Ids of all shared-memory objects, ascending. Takes a look at every process. */
  long[] shmIds(Cancellation cancellation);

  /** The shared-memory object that has that id now; empty if there is none. */
  Optional<ShmRef> shm(long id);

  /** Fills these fields of a SYSTEM record; reads no more than they need. */
  void readSystem(long fields, Record system);

  /** What this kernel tells by itself. */
  KernelEvents events();

  @Override
  void close();
}
