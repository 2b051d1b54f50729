package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongConsumer;
import kifs.kernel.bulk.Host;
import kifs.kernel.record.Pressure;
import kifs.kernel.simulated.figures.Counter;
import kifs.kernel.simulated.figures.SimulationException;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a simulated host. Figures that aren't set follow from the processes: the memory
 * that they don't use is available, and their fds are the open files. Thread-safe by the kernel's
 * lock.
 */
public final class SimulatedSystem {
  static final int PAGE_BYTES = 4096;
  private static final long GIB = 1L << 30;

  private final World world;
  private final Counter interrupts = new Counter(0);
  private final Map<Pressure, Lack> pressures = new HashMap<>();
  private String name = "simulated";
  private int cpus = 2;
  private long memoryTotal = 8 * GIB;

  /** Bytes; -1: follows from the processes. */
  private long memoryAvailable = -1;

  private long memoryCached;
  private long swapTotal;
  private long swapFree;
  private long huge;
  private long hugeFree;

  /** -1: follows from the processes. */
  private long filesOpen = -1;

  private long filesMax = 1_000_000;
  private long oomKills;
  private double[] load = {0, 0, 0};

  /** The share of time that a pressure costs now, in percent, and the time it has cost so far. */
  record Lack(double percent, Counter totalNs) {}

  SimulatedSystem(World world) {
    this.world = world;
  }

  /** Sets the host's name. */
  public SimulatedSystem name(String value) {
    return change(now -> name = value);
  }

  /** Sets the number of CPUs. */
  public SimulatedSystem cpus(int count) {
    if (count < 1 || count > 8192) {
      throw new SimulationException("a host has 1 to 8192 CPUs, not " + count);
    }
    return change(now -> cpus = count);
  }

  /** Sets the total memory, bytes. */
  public SimulatedSystem memory(long total) {
    return change(now -> memoryTotal = Counter.requireNotNegative(total));
  }

  /** Sets the available memory, bytes. From now on it doesn't depend on the processes. */
  public SimulatedSystem memoryAvailable(long available) {
    return change(now -> memoryAvailable = Counter.requireNotNegative(available));
  }

  /** Sets the memory that caches files, bytes. This memory is available, but not free. */
  public SimulatedSystem memoryCached(long cached) {
    return change(now -> memoryCached = Counter.requireNotNegative(cached));
  }

  /** Sets the total and the free swap space, bytes. */
  public SimulatedSystem swap(long total, long free) {
    return change(
        now -> {
          swapTotal = Counter.requireNotNegative(total);
          swapFree = Counter.requireNotNegative(Math.min(total, free));
        });
  }

  /** Sets the free swap space, bytes. */
  public SimulatedSystem swapFree(long free) {
    return change(now -> swapFree = Counter.requireNotNegative(free));
  }

  /** Sets the pool of huge pages and the unused part of it, bytes. */
  public SimulatedSystem huge(long total, long free) {
    return change(
        now -> {
          huge = Counter.requireNotNegative(total);
          hugeFree = Counter.requireNotNegative(Math.min(total, free));
        });
  }

  /** Sets the unused part of the pool of huge pages, bytes. */
  public SimulatedSystem hugeFree(long free) {
    return change(now -> hugeFree = Counter.requireNotNegative(free));
  }

  /** Sets the load averages over 1, 5 and 15 minutes. */
  public SimulatedSystem load(double one, double five, double fifteen) {
    return change(now -> load = new double[] {one, five, fifteen});
  }

  /** Sets the number of open files. From now on it doesn't depend on the processes. */
  public SimulatedSystem filesOpen(long open) {
    return change(now -> filesOpen = Counter.requireNotNegative(open));
  }

  /** Sets the host's limit of open files. */
  public SimulatedSystem filesMax(long max) {
    return change(now -> filesMax = Counter.requireNotNegative(max));
  }

  /** Sets the rate of interrupts from now on. */
  public SimulatedSystem interrupts(long perSecond) {
    return change(now -> interrupts.perSecond(now, Counter.requireNotNegative(perSecond)));
  }

  /**
   * Sets the share of time that a pressure costs from now on. All three averages show the share at
   * once.
   */
  public SimulatedSystem pressure(Pressure pressure, double percent) {
    if (!(percent >= 0 && percent <= 100)) {
      throw new SimulationException("pressure is 0 to 100 %, not " + percent);
    }
    return change(
        now -> {
          Lack before = pressures.get(pressure);
          Counter total = before == null ? new Counter(now) : before.totalNs();
          total.perSecond(now, Math.round(percent * SimulatedThread.NS_PER_PERCENT));
          pressures.put(pressure, new Lack(percent, total));
          world.events().pressureSet(pressure, percent);
        });
  }

  // The methods from here on are for this package, and are called under the kernel's lock.

  Host host() {
    // The boot id depends only on the name, so two runs of one script are the same host.
    UUID boot = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    return new Host(name, boot, PAGE_BYTES, cpus);
  }

  int cpus() {
    return cpus;
  }

  long memoryTotal() {
    return memoryTotal;
  }

  /** The available memory if the processes use that much, bytes. */
  long availableBeside(long used) {
    return memoryAvailable >= 0 ? memoryAvailable : Math.max(0, memoryTotal - used);
  }

  long memoryCached() {
    return memoryCached;
  }

  long swapTotal() {
    return swapTotal;
  }

  long swapFree() {
    return swapFree;
  }

  long huge() {
    return huge;
  }

  long hugeFree() {
    return hugeFree;
  }

  /** The number of open files if the processes have that many fds. */
  long openWith(long fds) {
    return filesOpen >= 0 ? filesOpen : fds;
  }

  long filesMax() {
    return filesMax;
  }

  double[] load() {
    return load;
  }

  /** Counts a process that the OOM killer kills. */
  void killedForMemory() {
    oomKills++;
  }

  long oomKills() {
    return oomKills;
  }

  long interruptsAt(long now) {
    return interrupts.at(now);
  }

  /** Returns a pressure as it was set; null: it was never set. */
  @Nullable Lack lack(Pressure pressure) {
    return pressures.get(pressure);
  }

  private SimulatedSystem change(LongConsumer action) {
    world.mutate(action);
    return this;
  }
}
