package kifs.kernel.simulated;

import java.util.List;
import java.util.TreeSet;
import kifs.kernel.record.Record;
import kifs.kernel.source.CgroupRef;

/** A ref to a cgroup. Thread-safe by the kernel's lock. */
final class SimulatedCgroupRef implements CgroupRef {
  private final World world;
  private final SimulatedCgroup group;

  SimulatedCgroupRef(World world, SimulatedCgroup group) {
    this.world = world;
    this.group = group;
  }

  @Override
  public long id() {
    return group.id();
  }

  @Override
  public String path() {
    return CgroupTable.latin1(group.path());
  }

  @Override
  public boolean read(long fields, Record cgroup) {
    return world.readCounted(
        now -> {
          if (!group.isRemoved()) {
            world.cgroups().fill(group, cgroup, fields, now);
          }
          return !group.isRemoved();
        });
  }

  @Override
  public List<String> children() {
    return world.readCounted(
        now ->
            world.cgroups().children(group.path()).keySet().stream()
                .map(CgroupTable::latin1)
                .toList());
  }

  @Override
  public int[] pids() {
    return world.readCounted(
        now -> {
          TreeSet<Integer> pids = new TreeSet<>();
          for (int pid : world.table().pids()) {
            Sighting found = world.table().find(pid);
            if (found != null && found.process().text().cgroup().equals(group.path())) {
              pids.add(pid);
            }
          }
          return pids.stream().mapToInt(pid -> pid).toArray();
        });
  }

  SimulatedCgroup group() {
    return group;
  }

  /** Does nothing: this holds no resources. */
  @Override
  public void close() {}
}
