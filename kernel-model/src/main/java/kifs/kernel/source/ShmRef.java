package kifs.kernel.source;

import java.util.Optional;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;

/** One shared-memory object, by its id. Thread-safe. Must be closed. */
public interface ShmRef extends AutoCloseable {
  /** The id, as in SHM records. */
  long id();

  /**
   * Fills these fields of a SHM record, except text fields, and reads no more than they need. Only
   * the numbers of users and openers need every process. A field that can't be read stays absent.
   *
   * @return false if the object has vanished
   */
  boolean read(long fields, Record shm, Cancellation cancellation);

  /** The name as in SHM records, one char per byte; empty if the object has vanished. */
  Optional<String> name();

  /**
   * Appends the records that the query asks for of this object: its SHM, and a SHM_USER for each
   * process that maps it or has it open.
   *
   * @return false if the object has vanished
   */
  boolean collect(Query query, BulkBuilder into, Cancellation cancellation);

  @Override
  void close();
}
