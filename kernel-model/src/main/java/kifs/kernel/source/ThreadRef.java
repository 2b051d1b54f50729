package kifs.kernel.source;

import java.util.Optional;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.record.Record;

/** One thread, bound as a {@link ProcessRef} is. Thread-safe. Must be closed. */
public interface ThreadRef extends AutoCloseable {
  int tid();

  int pid();

  /**
   * Fills these fields of a THREAD record, and reads no more than they need. A field that can't be
   * read stays absent.
   *
   * @return false if the thread has vanished
   */
  boolean read(long fields, Record thread);

  /**
   * The name as {@code /proc/[pid]/comm} shows it now. For a worker of the kernel's workqueues it
   * is longer than COMM, because /proc adds what the worker works on: {@code kworker/R-rcu_gp}.
   * Empty if the thread has vanished, or if the source has no longer names than COMM.
   */
  default Optional<byte[]> fullName() {
    return Optional.empty();
  }

  /**
   * The limits of the thread; empty if the source has none, see {@link KernelSource#limits}. They
   * are valid until the ref is closed.
   */
  default Optional<EntityLimits> limits() {
    return Optional.empty();
  }

  @Override
  void close();
}
