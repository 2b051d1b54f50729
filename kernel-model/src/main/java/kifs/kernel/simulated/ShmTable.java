package kifs.kernel.simulated;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.shm.ShmDevices;
import kifs.kernel.shm.ShmObject;
import kifs.kernel.shm.ShmObjects;
import kifs.kernel.simulated.figures.SimulationException;

/** All shared-memory objects of a simulated kernel, by name. Guarded by the kernel's lock. */
final class ShmTable {
  private static final long FIRST_INODE = 1000;
  private static final ShmDevices NO_DEVICES = new ShmDevices(Set.of(), Set.of());

  private final Map<String, SimulatedShm> objects = new LinkedHashMap<>();
  private long inode = FIRST_INODE;
  private long shmid;

  SimulatedShm make(World world, int kind, String name) {
    if (objects.containsKey(name)) {
      throw new SimulationException("there is a shared-memory object " + name + " already");
    }
    long number = kind == ShmRecord.SYSTEM_V ? shmid++ : inode++;
    SimulatedShm made = new SimulatedShm(world, kind, name, number);
    objects.put(name, made);
    return made;
  }

  SimulatedShm get(String name) {
    SimulatedShm object = objects.get(name);
    if (object == null) {
      throw new SimulationException("no shared-memory object " + name);
    }
    return object;
  }

  void removeIfUnused(SimulatedShm object) {
    if (object.isGone()) {
      objects.remove(object.name());
    }
  }

  void map(SimulatedProcess process, SimulatedShm object, long bytes) {
    requirePresent(process, object);
    object.mapBy(process.pid(), bytes);
  }

  private void requirePresent(SimulatedProcess process, SimulatedShm object) {
    if (process.isCrowd()) {
      throw new SimulationException("a crowd can't use shared memory, but one of its members can");
    }
    if (objects.get(object.name()) != object) {
      throw new SimulationException("shared-memory object " + object.name() + " has vanished");
    }
  }

  void unmap(int pid, SimulatedShm object) {
    if (!object.unmapBy(pid)) {
      throw new SimulationException("process " + pid + " doesn't map " + object.name());
    }
    removeIfUnused(object);
  }

  void hold(SimulatedProcess process, SimulatedShm object, int fds) {
    requirePresent(process, object);
    object.openBy(process.pid(), fds);
    removeIfUnused(object);
  }

  /** How many bytes of shared memory a process maps. */
  long mapped(int pid) {
    return objects.values().stream().mapToLong(o -> o.users().getOrDefault(pid, 0L)).sum();
  }

  /** Removes all objects, even those that a process maps. */
  void clear() {
    objects.clear();
  }

  /** Removes all mappings and fds of a process, because it ends. */
  void leave(int pid) {
    for (SimulatedShm object : Map.copyOf(objects).values()) {
      object.unmapBy(pid);
      object.openBy(pid, 0);
      removeIfUnused(object);
    }
  }

  /**
   * Returns the objects as a source reports them.
   *
   * @param users the pids of the users to include
   * @param unused whether objects without such users are included
   */
  ShmObjects find(IntPredicate users, boolean unused) {
    ShmObjects found = new ShmObjects(NO_DEVICES);
    for (SimulatedShm object : objects.values()) {
      if (unused || object.isUsedBy(users)) {
        ShmObject seen = object.describe(found);
        object.users().entrySet().stream()
            .filter(user -> users.test(user.getKey()))
            .forEach(user -> found.mapped(seen, user.getKey(), user.getValue()));
        object.openers().entrySet().stream()
            .filter(opener -> users.test(opener.getKey()))
            .forEach(opener -> found.opened(seen, opener.getKey(), opener.getValue()));
      }
    }
    return found;
  }
}
