package kifs.kernel.simulated;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.simulated.figures.Credentials;
import kifs.kernel.simulated.figures.SimulatedFile;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import org.jspecify.annotations.Nullable;

/**
 * A ref to a process or to a member of a crowd. When the member is singled out, the ref is bound to
 * the process that it becomes. Thread-safe by the kernel's lock.
 */
final class SimulatedProcessRef implements ProcessRef {
  private final World world;
  private final int pid;

  /** The process, or the template of {@link #crowd}. */
  private SimulatedProcess process;

  /** The crowd of which the process is a member; null: it is a process of its own. */
  private @Nullable Crowd crowd;

  SimulatedProcessRef(World world, int pid, SimulatedProcess process, @Nullable Crowd crowd) {
    this.world = world;
    this.pid = pid;
    this.process = process;
    this.crowd = crowd;
  }

  /** The process now; null: it has ended. Guarded by the kernel's lock. */
  @Nullable Sighting sight() {
    if (crowd != null && crowd.holds(pid)) {
      return new Sighting(process, pid - process.pid());
    }
    if (crowd != null) {
      SimulatedProcess own = crowd.singledOut(pid);
      if (own == null) {
        return null;
      }
      process = own;
      crowd = null;
    }
    return process.ended() ? null : new Sighting(process, 0);
  }

  /** The wait status of a process that has ended. Guarded by the kernel's lock. */
  int exitStatus() {
    return process.exitStatus();
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public Optional<Owner> owner() {
    return readOr(Optional.empty(), of -> Optional.of(owner(of.process().credentials())));
  }

  private static Owner owner(Credentials of) {
    return new Owner(Integer.toUnsignedLong(of.uid()), Integer.toUnsignedLong(of.gid()));
  }

  @Override
  public boolean read(long fields, Record record) {
    return world.readCounted(
        now -> {
          Sighting of = sight();
          if (of != null) {
            world.fill(record, fields, of, now);
          }
          return of != null;
        });
  }

  @Override
  public boolean collect(Query query, BulkBuilder into, Cancellation cancellation) {
    cancellation.check();
    return world.readCounted(
        now -> {
          Sighting of = sight();
          if (of != null) {
            new SimulatedPass(world, query, into, now).one(of, cancellation);
          }
          return of != null;
        });
  }

  @Override
  public int[] tids() {
    return readOr(
        new int[0],
        of -> of.process().allThreads().stream().mapToInt(t -> t.tid() + of.shift()).toArray());
  }

  @Override
  public int[] fds() {
    return world.readCounted(
        now -> {
          Sighting of = sight();
          return of == null
              ? new int[0]
              : of.process().files(now).keySet().stream().mapToInt(fd -> fd).toArray();
        });
  }

  @Override
  public boolean hasFd(int fd) {
    return world.peek(
        now -> {
          Sighting of = sight();
          return of != null && of.process().files(now).containsKey(fd);
        });
  }

  @Override
  public boolean collectFd(int fd, BulkBuilder into) {
    return world.readCounted(
        now -> {
          Sighting of = sight();
          if (of == null) {
            return false;
          }
          SimulatedFile file = of.process().files(now).get(fd);
          if (file != null) {
            SimulatedHoldings.fd(of, fd, file, into);
          }
          return file != null;
        });
  }

  @Override
  public Optional<ThreadRef> thread(int tid) {
    return world.peek(
        now -> {
          Sighting of = sight();
          SimulatedThread thread = of == null ? null : of.process().threadOrNull(tid - of.shift());
          return thread == null
              ? Optional.empty()
              : Optional.of(new SimulatedThreadRef(world, this, tid, thread));
        });
  }

  @Override
  public Optional<byte[]> commandLine() {
    return readOr(
        Optional.empty(),
        of ->
            of.process().isUnreadable()
                ? Optional.empty()
                : Optional.of(of.process().text().commandLine().clone()));
  }

  @Override
  public Optional<String> executable() {
    return readOr(Optional.empty(), of -> Optional.ofNullable(of.process().text().executable()));
  }

  @Override
  public Optional<String> cgroup() {
    return readOr(Optional.empty(), of -> Optional.ofNullable(of.process().text().cgroup()));
  }

  @Override
  public OptionalLong unreadableSince() {
    return readOr(
        OptionalLong.empty(),
        of ->
            of.process().isUnreadable()
                ? OptionalLong.of(of.process().unreadableSinceNs())
                : OptionalLong.empty());
  }

  @Override
  public Optional<EntityLimits> limits() {
    return Optional.of(
        new SimulatedLimits(world, this, of -> of.process().threadOrNull(pid - of.shift()), false));
  }

  @Override
  public boolean isAlive() {
    return world.peek(now -> sight() != null);
  }

  /** Does nothing: this holds no resources. */
  @Override
  public void close() {}

  /** Reads the process; if it has vanished, returns {@code otherwise}. */
  private <T> T readOr(T otherwise, Function<Sighting, T> action) {
    return world.readCounted(
        now -> {
          Sighting of = sight();
          return of == null ? otherwise : action.apply(of);
        });
  }
}
