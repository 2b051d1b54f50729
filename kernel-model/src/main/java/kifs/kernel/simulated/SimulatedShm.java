package kifs.kernel.simulated;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.shm.ShmKey;
import kifs.kernel.shm.ShmObject;
import kifs.kernel.shm.ShmObjects;
import kifs.kernel.simulated.figures.Counter;
import kifs.kernel.simulated.figures.ProcessTexts;

/**
 * One shared-memory object of a simulated kernel. It exists until it has been unlinked and no
 * process maps it or has it open. Thread-safe by the kernel's lock.
 */
public final class SimulatedShm {
  private static final byte[] NO_NAME = {};

  /** The device of the kernel's internal tmpfs. */
  private static final long INTERNAL = 1;

  /** The device of /dev/shm. */
  private static final long POSIX = 25;

  private final World world;
  private final ShmKey key;
  private final String name;
  private final TreeMap<Integer, Long> users = new TreeMap<>();
  private final TreeMap<Integer, Integer> openers = new TreeMap<>();
  private long size;
  private long resident;
  private int uid;
  private boolean unlinked;

  SimulatedShm(World world, int kind, String name, long inode) {
    this.world = world;
    this.key = new ShmKey(kind, space(kind), inode);
    this.name = name;
  }

  private static long space(int kind) {
    return switch (kind) {
      case ShmRecord.POSIX -> POSIX;
      case ShmRecord.SYSTEM_V -> 0;
      default -> INTERNAL;
    };
  }

  /** The id that SHM records show. */
  public long id() {
    return key.id();
  }

  /** Sets the size, bytes. */
  public SimulatedShm size(long bytes) {
    return change(() -> size = Counter.requireNotNegative(bytes));
  }

  /** Sets how much of the object is in memory, bytes. */
  public SimulatedShm resident(long bytes) {
    return change(() -> resident = Counter.requireNotNegative(bytes));
  }

  /** Sets the owner. */
  public SimulatedShm uid(int owner) {
    return change(() -> uid = owner);
  }

  /** Removes the object's name. The object vanishes when no process uses it. */
  public void unlink() {
    change(
        () -> {
          unlinked = true;
          world.shm().removeIfUnused(this);
        });
  }

  private SimulatedShm change(Runnable action) {
    world.mutate(now -> action.run());
    return this;
  }

  // The methods from here on are for this package, and are called under the kernel's lock.

  String name() {
    return name;
  }

  int kind() {
    return key.kind();
  }

  /** How many bytes each process maps, by pid. */
  Map<Integer, Long> users() {
    return Collections.unmodifiableMap(users);
  }

  void mapBy(int pid, long bytes) {
    users.put(pid, bytes);
  }

  /** Removes a process's mapping; false: there was none. */
  boolean unmapBy(int pid) {
    return users.remove(pid) != null;
  }

  /** How many fds of the object each process has, by pid. */
  Map<Integer, Integer> openers() {
    return Collections.unmodifiableMap(openers);
  }

  /** Sets how many fds of the object a process has. */
  void openBy(int pid, int fds) {
    if (fds == 0) {
      openers.remove(pid);
    } else {
      openers.put(pid, fds);
    }
  }

  /** Whether a process that maps the object or has it open passes the test. */
  boolean isUsedBy(IntPredicate pids) {
    return IntStream.concat(
            users.keySet().stream().mapToInt(pid -> pid),
            openers.keySet().stream().mapToInt(pid -> pid))
        .anyMatch(pids);
  }

  boolean isGone() {
    return unlinked && users.isEmpty() && openers.isEmpty();
  }

  /** Adds this object to a result of a source, without its users. */
  ShmObject describe(ShmObjects into) {
    byte[] shown = key.kind() == ShmRecord.ANONYMOUS ? NO_NAME : ProcessTexts.utf8(name);
    ShmObject object = into.object(key, shown, key.kind() == ShmRecord.POSIX ? POSIX : INTERNAL);
    object.measured(size, resident, 0, Integer.toUnsignedLong(uid));
    object.exists(!unlinked);
    boolean isNamed = key.kind() == ShmRecord.POSIX || key.kind() == ShmRecord.SYSTEM_V;
    if (isNamed && !unlinked) {
      object.list();
    }
    return object;
  }
}
