package kifs.kernel.simulated;

import java.util.HashMap;
import java.util.Map;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Pressure;
import kifs.kernel.record.Record;
import kifs.kernel.simulated.figures.Counter;
import kifs.kernel.simulated.figures.SimulationException;
import kifs.kernel.source.KernelEvents.CgroupFile;

/**
 * One cgroup of a simulated kernel, as of cgroup v2. A figure that was never set is absent, as if
 * the group lacked the controller; a limit that was never set is none. Thread-safe by the kernel's
 * lock.
 */
public final class SimulatedCgroup {
  private static final double NS_PER_PERCENT = 1e7;
  private static final long UNLIMITED = -1;

  private final World world;
  private final String path;
  private final long id;
  private final long parent;
  private final Map<Field, Long> values = new HashMap<>();
  private final Map<Field, Counter> rates = new HashMap<>();
  private final Map<Field, Double> averages = new HashMap<>();
  private boolean removed;

  SimulatedCgroup(World world, String path, long id, long parent) {
    this.world = world;
    this.path = path;
    this.id = id;
    this.parent = parent;
  }

  /** The id that CGROUP records show. */
  public long id() {
    return id;
  }

  /** Sets a figure of CGROUP, in its unit. All bits set is no limit. */
  public SimulatedCgroup set(Field field, long value) {
    return change(
        now -> {
          values.put(field, value);
          world.events().cgroupChanged(this, fileOf(field));
        });
  }

  /** Adds to a figure of CGROUP that counts something. */
  public SimulatedCgroup add(Field field, long amount) {
    return change(
        now -> {
          values.merge(field, amount, Long::sum);
          world.events().cgroupChanged(this, fileOf(field));
        });
  }

  /** Makes a figure of CGROUP grow from now on. */
  public SimulatedCgroup rate(Field field, long perSecond) {
    return change(
        now -> rates.computeIfAbsent(field, f -> new Counter(now)).perSecond(now, perSecond));
  }

  /** Sets the CPU time used, as a share of one CPU. */
  public SimulatedCgroup cpu(double percent) {
    return rate(CgroupRecord.CPU_USAGE, Math.round(percent * NS_PER_PERCENT));
  }

  /** Sets a pressure: the share of the time, and the average. */
  public SimulatedCgroup pressure(Pressure pressure, double percent) {
    return change(
        now -> {
          averages.put(pressure.averages().get(0), percent);
          rates
              .computeIfAbsent(pressure.total(), f -> new Counter(now))
              .perSecond(now, Math.round(percent * NS_PER_PERCENT));
          world.events().pressureSet(this, pressure, percent);
        });
  }

  /** Removes the group, which has no process and no group below it. */
  public void remove() {
    change(
        now -> {
          world.cgroups().remove(this);
          removed = true;
        });
  }

  private interface Change {
    void at(long nowNs);
  }

  private SimulatedCgroup change(Change change) {
    world.mutate(
        now -> {
          if (removed) {
            throw new SimulationException("cgroup " + path + " was removed");
          }
          change.at(now);
        });
    return this;
  }

  private static CgroupFile fileOf(Field field) {
    if (field == CgroupRecord.PIDS_REFUSED) {
      return CgroupFile.PIDS_EVENTS;
    }
    return field == CgroupRecord.POPULATED || field == CgroupRecord.FROZEN
        ? CgroupFile.STATE
        : CgroupFile.MEMORY_EVENTS;
  }

  // The methods from here on are for this package, and are called under the kernel's lock.

  String path() {
    return path;
  }

  boolean isRemoved() {
    return removed;
  }

  long memoryLimit() {
    return values.getOrDefault(CgroupRecord.MEMORY_LIMIT, UNLIMITED);
  }

  /** Fills the wanted fields, except the path. */
  void fill(Record record, long fields, long effectiveLimit, long now) {
    record.set(CgroupRecord.ID, id);
    record.set(CgroupRecord.DEPTH, CgroupRecord.depth(path));
    record.setWanted(fields, CgroupRecord.PARENT, parent);
    record.setWanted(fields, CgroupRecord.VERSIONS, CgroupRecord.V2);
    record.setWanted(fields, CgroupRecord.MEMORY_EFFECTIVE, effectiveLimit);
    if (values.containsKey(CgroupRecord.PIDS)) {
      record.setWanted(fields, CgroupRecord.PIDS_LIMIT, UNLIMITED);
    }
    if (values.containsKey(CgroupRecord.MEMORY)) {
      record.setWanted(fields, CgroupRecord.MEMORY_LIMIT, UNLIMITED);
    }
    values.forEach((field, value) -> record.setWanted(fields, field, value));
    rates.forEach(
        (field, counter) ->
            record.setWanted(fields, field, values.getOrDefault(field, 0L) + counter.at(now)));
    averages.forEach(
        (field, percent) -> {
          if ((fields & field.bit()) != 0) {
            record.setDouble(field, percent);
          }
        });
  }
}
