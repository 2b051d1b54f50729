package kifs.kernel.source;

import java.util.Optional;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;

/** One shared-memory object, by its id. Thread-safe. Must be closed. */
public interface ShmRef extends AutoCloseable {
  /** As in SHM. */
  long id();

  /**
   * Fills these fields of a SHM record, but for those of texts, reading no more than they need:
   * only the number of users takes a look at every process. What can't be had is left absent.
   *
   * @return false if the object has gone
   */
  boolean read(long fields, Record shm, Cancellation cancellation);

  /** Its name as in SHM, one char a byte; empty if it has gone. */
  Optional<String> name();

  /**
   * Appends what the query asks for of this object: its SHM, and the SHM_USER of each process that
   * maps it.
   *
   * @return false if the object has gone
   */
  boolean collect(Query query, BulkBuilder into, Cancellation cancellation);

  @Override
  void close();
}
