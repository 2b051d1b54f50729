package kifs.kernel.procfs;

import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import kifs.kernel.limits.CgroupMove;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.limits.LimitException;
import kifs.kernel.limits.RlimitValue;
import kifs.kernel.linux.limits.LimitTarget;
import kifs.kernel.linux.limits.LinuxLimits;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.process.LimitsFile;
import kifs.kernel.procfs.scan.BoundDirectory;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.Record;

/** A process or thread that is limited. Immutable, and thread-safe as its directory is. */
final class ProcfsLimitTarget implements LimitTarget {
  private final Proc proc;
  private final int id;
  private final BoundDirectory directory;
  private final Supplier<int[]> tids;

  private ProcfsLimitTarget(Proc proc, int id, BoundDirectory directory, Supplier<int[]> tids) {
    this.proc = proc;
    this.id = id;
    this.directory = directory;
    this.tids = tids;
  }

  /**
   * The limits of a process or thread; empty if the /proc is not that of the running kernel.
   *
   * @param directory bound to the process or thread
   * @param tids the threads to which the limits apply
   */
  static Optional<EntityLimits> limits(
      Proc proc, int id, BoundDirectory directory, Supplier<int[]> tids) {
    return proc.capabilities().live()
        ? Optional.of(new LinuxLimits(new ProcfsLimitTarget(proc, id, directory, tids)))
        : Optional.empty();
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public boolean isAlive() {
    return proc.root().withDirectory(directory, false, (scan, dir) -> scan.existsUnder(dir));
  }

  @Override
  public int[] tids() {
    return tids.get();
  }

  @Override
  public RlimitValue rlimit(LimitsRecord.Limit limit) {
    Optional<RlimitValue> value =
        proc.root()
            .withDirectory(directory, Optional.empty(), (scan, dir) -> rlimit(scan, dir, limit));
    return value.orElseThrow(LimitException::vanished);
  }

  private static Optional<RlimitValue> rlimit(Scan scan, int dir, LimitsRecord.Limit limit) {
    scan.inDirectory(dir);
    // The file of a process that has ended is empty.
    if (scan.load(FileName.LIMITS) <= 0) {
      return Optional.empty();
    }
    Record record = Record.allocate(LimitsRecord.TYPE);
    LimitsFile.parse(scan.cursor, limit.soft().bit() | limit.hard().bit(), record);
    return Optional.of(new RlimitValue(record.get(limit.soft()), record.get(limit.hard())));
  }

  @Override
  public Optional<String> cgroupDirectory(CgroupMove move) {
    return proc.hierarchies().directory(move.controllers(), move.path());
  }

  @Override
  public <T> T inDirectory(IntFunction<T> action) {
    Optional<T> result =
        proc.root()
            .withDirectory(
                directory, Optional.empty(), (scan, dir) -> Optional.of(action.apply(dir)));
    return result.orElseThrow(LimitException::vanished);
  }
}
