package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongConsumer;
import kifs.kernel.simulated.figures.Counter;
import kifs.kernel.simulated.figures.Figure;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.kernel.simulated.figures.SimulationException;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a simulated process. Every call takes effect at the present time of the clock, and
 * may be made at any time. A thread that has ended refuses every change by {@link
 * SimulationException}. Thread-safe by the kernel's lock; the methods that aren't public are called
 * under it.
 */
public final class SimulatedThread {
  /** Nanoseconds per second that are one percent of one CPU. */
  public static final double NS_PER_PERCENT = 1e7;

  private final SimulatedProcess process;
  private final int tid;
  private final long startNs;
  private final Counter[] counters = new Counter[Figure.ALL.length];
  private byte[] comm;

  /** 0: the state follows from the use of CPU time. */
  private char fixedState;

  private long lastRanNs;
  private int nice;

  /** The CPUs on which the thread may run; null: all. */
  private @Nullable BitSet affinity;

  private boolean gone;

  /** Null: the thread isn't blocked. */
  private @Nullable SimulatedWait wait;

  private long waitObject;
  private int waitOwner;

  /** While the thread is blocked, the rates that its counters will have afterwards. */
  private long[] heldRates = {};

  SimulatedThread(SimulatedProcess process, int tid, String comm, long nowNs) {
    this.process = process;
    this.tid = tid;
    this.startNs = nowNs;
    this.lastRanNs = nowNs;
    this.comm = commBytes(comm);
    for (int i = 0; i < counters.length; i++) {
      counters[i] = new Counter(nowNs);
    }
  }

  /** Copies a thread into another process, under another id. */
  SimulatedThread(SimulatedThread other, SimulatedProcess process, int tid) {
    this.process = process;
    this.tid = tid;
    this.startNs = other.startNs;
    this.lastRanNs = other.lastRanNs;
    this.comm = other.comm;
    this.fixedState = other.fixedState;
    this.nice = other.nice;
    this.affinity = other.affinity;
    this.wait = other.wait;
    this.waitObject = other.waitObject;
    this.waitOwner = other.waitOwner;
    this.heldRates = other.heldRates.clone();
    for (int i = 0; i < counters.length; i++) {
      counters[i] = other.counters[i].copy();
    }
  }

  public int tid() {
    return tid;
  }

  /** Sets the name, of which the first 15 bytes are kept. */
  public SimulatedThread comm(String name) {
    return change(now -> comm = commBytes(name));
  }

  /** Lets the thread use that share of one CPU, all of it in user space. */
  public SimulatedThread cpu(double percent) {
    return cpu(percent, 0);
  }

  /** Lets the thread use these shares of one CPU. */
  public SimulatedThread cpu(double userPercent, double systemPercent) {
    return change(
        now -> {
          rate(Figure.UTIME, now, Math.round(userPercent * NS_PER_PERCENT));
          rate(Figure.STIME, now, Math.round(systemPercent * NS_PER_PERCENT));
        });
  }

  /** Lets the thread wait for a CPU for that share of the time. */
  public SimulatedThread runDelay(double percent) {
    return rate(Figure.RUN_DELAY, Math.round(percent * NS_PER_PERCENT));
  }

  /** Sets how much the thread reads from and writes to storage, bytes per second. */
  public SimulatedThread io(long readPerSecond, long writtenPerSecond) {
    return rate(Figure.READ, readPerSecond)
        .rate(Figure.RCHAR, readPerSecond)
        .rate(Figure.WRITE, writtenPerSecond)
        .rate(Figure.WCHAR, writtenPerSecond);
  }

  /** Sets the page faults per second. */
  public SimulatedThread faults(long minorPerSecond, long majorPerSecond) {
    return rate(Figure.MINOR_FAULTS, minorPerSecond).rate(Figure.MAJOR_FAULTS, majorPerSecond);
  }

  /** Sets the context switches per second. */
  public SimulatedThread switches(long voluntaryPerSecond, long involuntaryPerSecond) {
    return rate(Figure.VOLUNTARY, voluntaryPerSecond)
        .rate(Figure.INVOLUNTARY, involuntaryPerSecond);
  }

  /** Sets the nice value. */
  public SimulatedThread nice(int value) {
    return change(now -> nice = value);
  }

  /** Sets the CPUs on which the thread may run. */
  void affinity(BitSet cpus) {
    change(now -> affinity = cpus);
  }

  /** The CPUs on which the thread may run, of a host that has that many. */
  BitSet affinity(int count) {
    BitSet all = new BitSet(count);
    all.set(0, count);
    if (affinity != null) {
      all.and(affinity);
    }
    return all;
  }

  /** Sets the state letter; 0: R if the thread uses CPU time, else S. */
  public SimulatedThread state(char letter) {
    return change(now -> fixedState = letter);
  }

  /**
   * Blocks the thread until {@link #runs}. Its counters don't grow meanwhile.
   *
   * @param object address of the futex word, or fd of the file
   * @param ownerTid the thread that owns the object; 0: not known
   */
  public SimulatedThread blockedOn(SimulatedWait kind, long object, int ownerTid) {
    return change(
        now -> {
          if (wait == null) {
            heldRates = new long[counters.length];
            for (int i = 0; i < counters.length; i++) {
              heldRates[i] = counters[i].perSecond();
              counters[i].perSecond(now, 0);
            }
          }
          wait = kind;
          waitObject = object;
          waitOwner = ownerTid;
          lastRanNs = now;
          counter(Figure.VOLUNTARY).add(now, 1);
        });
  }

  /** Unblocks the thread if it is blocked. Its counters then grow at the rates from before. */
  public SimulatedThread runs() {
    return change(
        now -> {
          lastRanNs = now;
          if (wait != null) {
            wait = null;
            waitObject = 0;
            waitOwner = 0;
            for (int i = 0; i < counters.length; i++) {
              counters[i].perSecond(now, heldRates[i]);
            }
          }
        });
  }

  /** Ends this thread. A main thread refuses, because it ends only with its process. */
  public void exit() {
    process.exit(this);
  }

  /** Notes that the thread has ended. */
  void end() {
    gone = true;
  }

  SimulatedProcess process() {
    return process;
  }

  boolean isGone() {
    return gone;
  }

  Counter counter(Figure figure) {
    return counters[figure.ordinal()];
  }

  byte[] comm() {
    return comm;
  }

  long startNs() {
    return startNs;
  }

  int nice() {
    return nice;
  }

  /** Null: the thread isn't blocked. */
  @Nullable SimulatedWait waitKind() {
    return wait;
  }

  long waitObject() {
    return waitObject;
  }

  int waitOwner() {
    return waitOwner;
  }

  char state() {
    if (fixedState != 0) {
      return fixedState;
    }
    return usesCpu() ? 'R' : 'S';
  }

  /** Boot time at which the thread last ran: the present if it uses CPU time or switches. */
  long lastRanNs(long nowNs) {
    return usesCpu() || switches() || state() == 'R' ? nowNs : lastRanNs;
  }

  private boolean usesCpu() {
    return counter(Figure.UTIME).perSecond() > 0 || counter(Figure.STIME).perSecond() > 0;
  }

  private boolean switches() {
    return counter(Figure.VOLUNTARY).perSecond() > 0 || counter(Figure.INVOLUNTARY).perSecond() > 0;
  }

  /** Sets the rate of a counter; a blocked thread's counter has this rate afterwards. */
  public SimulatedThread rate(Figure figure, long perSecond) {
    return change(now -> rate(figure, now, perSecond));
  }

  private void rate(Figure figure, long now, long perSecond) {
    if (perSecond < 0) {
      throw new SimulationException("a counter can't shrink: " + perSecond + " per second");
    }
    if (wait == null) {
      counter(figure).perSecond(now, perSecond);
    } else {
      heldRates[figure.ordinal()] = perSecond;
    }
  }

  private SimulatedThread change(LongConsumer action) {
    process.change(
        now -> {
          if (gone) {
            throw new SimulationException("thread " + tid + " has ended");
          }
          lastRanNs = lastRanNs(now);
          action.accept(now);
        });
    return this;
  }

  /** Returns the part of a name that the kernel keeps: 15 bytes. */
  static byte[] commBytes(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= 15 ? bytes : Arrays.copyOf(bytes, 15);
  }
}
