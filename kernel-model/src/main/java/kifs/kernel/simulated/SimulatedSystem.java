package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongConsumer;
import kifs.kernel.bulk.Host;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.simulated.figures.Counter;
import kifs.kernel.simulated.figures.SimulationException;

/**
 * A simulated host as a whole. Figures that aren't set follow from the processes: available memory
 * is the memory that they don't use, open files are their fds. Thread-safe.
 */
public final class SimulatedSystem {
  static final int PAGE_BYTES = 4096;
  private static final long GIB = 1L << 30;

  private final World world;
  private final Counter interrupts = new Counter(0);
  private final Map<SystemRecord.Pressure, Lack> pressures = new HashMap<>();
  private String name = "simulated";
  private int processors = 2;
  private long memoryTotal = 8 * GIB;
  private long memoryAvailable = -1;
  private long memoryCached;
  private long swapTotal;
  private long swapFree;
  private long filesOpen = -1;
  private long filesMax = 1_000_000;
  private long oomKills;
  private double[] load = {0, 0, 0};

  /** The share of time that a shortage costs now, in percent, and the time it has cost so far. */
  record Lack(double percent, Counter totalNs) {}

  SimulatedSystem(World world) {
    this.world = world;
  }

  public SimulatedSystem name(String value) {
    return change(now -> name = value);
  }

  public SimulatedSystem processors(int count) {
    if (count < 1 || count > 8192) {
      throw new SimulationException("processors are 1 to 8192, not " + count);
    }
    return change(now -> processors = count);
  }

  /** Bytes. */
  public SimulatedSystem memory(long total) {
    return change(now -> memoryTotal = Counter.requireNotNegative(total));
  }

  /** Bytes, whatever the processes use from now on. */
  public SimulatedSystem memoryAvailable(long available) {
    return change(now -> memoryAvailable = Counter.requireNotNegative(available));
  }

  /** Bytes that cache files: available, but not free. */
  public SimulatedSystem memoryCached(long cached) {
    return change(now -> memoryCached = Counter.requireNotNegative(cached));
  }

  /** Bytes. */
  public SimulatedSystem swap(long total, long free) {
    return change(
        now -> {
          swapTotal = Counter.requireNotNegative(total);
          swapFree = Counter.requireNotNegative(Math.min(total, free));
        });
  }

  /** Bytes. */
  public SimulatedSystem swapFree(long free) {
    return change(now -> swapFree = Counter.requireNotNegative(free));
  }

  /** Load averages over 1, 5 and 15 minutes. */
  public SimulatedSystem load(double one, double five, double fifteen) {
    return change(now -> load = new double[] {one, five, fifteen});
  }

  /** Open files, whatever the processes have open from now on. */
  public SimulatedSystem filesOpen(long open) {
    return change(now -> filesOpen = Counter.requireNotNegative(open));
  }

  public SimulatedSystem filesMax(long max) {
    return change(now -> filesMax = Counter.requireNotNegative(max));
  }

  public SimulatedSystem interrupts(long perSecond) {
    return change(now -> interrupts.perSecond(now, Counter.requireNotNegative(perSecond)));
  }

  /** From now on that share of time is lost; all three averages show it at once. */
  public SimulatedSystem pressure(SystemRecord.Pressure of, double percent) {
    if (!(percent >= 0 && percent <= 100)) {
      throw new SimulationException("pressure is 0 to 100 %, not " + percent);
    }
    return change(
        now -> {
          Lack before = pressures.get(of);
          Counter total = before == null ? new Counter(now) : before.totalNs();
          total.perSecond(now, Math.round(percent * SimulatedThread.NS_PER_PERCENT));
          pressures.put(of, new Lack(percent, total));
          world.events().lacks(of, percent);
        });
  }

  // What follows is for this package, under the kernel's lock.

  Host host() {
    // The same name always has the same boot id: two runs of one script are the same host.
    UUID boot = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    return new Host(name, boot, PAGE_BYTES, processors);
  }

  int processors() {
    return processors;
  }

  long memoryTotal() {
    return memoryTotal;
  }

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

  long openWith(long fds) {
    return filesOpen >= 0 ? filesOpen : fds;
  }

  long filesMax() {
    return filesMax;
  }

  double[] load() {
    return load;
  }

  void killedForMemory() {
    oomKills++;
  }

  long oomKills() {
    return oomKills;
  }

  long interruptsAt(long now) {
    return interrupts.at(now);
  }

  /** Null: the pressure was never set. */
  Lack lack(SystemRecord.Pressure of) {
    return pressures.get(of);
  }

  private SimulatedSystem change(LongConsumer action) {
    world.mutate(action);
    return this;
  }
}
