package kifs.kernel.procfs.guard;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.LivingThread;
import kifs.kernel.procfs.scan.ProcRoot;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.source.UnreadableProcess;
import org.jspecify.annotations.Nullable;

/**
 * Does the reads that a process can hold up. Another thread does each read, and the asker waits for
 * the result. If the kernel lets that thread wait too long, the asker leaves it behind and gets
 * nothing. The process is remembered then, and is not read again until the thread comes back, so it
 * costs time once. All waits together have a {@link ReadBudget}.
 *
 * <p>A handover to the other thread and back takes some ten microseconds. Of a directory of files
 * that only looks like a /proc, the asker reads itself. The CPU time of the other thread counts as
 * the asker's, see {@link LinuxClock#cpuTimeNs}, so that budgets have the whole cost of a read.
 *
 * <p>Thread-safe. {@code idle} and {@code left} are guarded by {@code idle}; no other lock is
 * acquired while it is held.
 */
public final class GuardedReads {
  /** Reads a whole file, see {@link Scan#loadWhole}. */
  public static final int WHOLE = Scan.MAX_BYTES;

  /** Instead of an open directory: the job finds the process by its id. */
  public static final int BY_ID = Integer.MIN_VALUE;

  /** With this many threads left behind, no process is read that may wait. */
  private static final int MAX_LEFT = 64;

  private static final int MAX_IDLE = 4;

  /**
   * When a read is left whose thread doesn't sleep uninterruptibly, as it does when it waits for a
   * lock. It reads much, or frees the memory of the process, which the kernel makes the last reader
   * of a process do that ends.
   */
  private static final long MAX_READ_NS = 250_000_000;

  /** How much longer a read may take whose thread waits for a CPU, as on an overloaded host. */
  private static final int MAX_STARVED = 8;

  private final ProcRoot root;
  private final boolean live;
  private final LinuxClock clock;
  private final long maxReadNs;
  private final int maxLeft;
  private final StuckProcesses stuck;
  private final ReadBudget budget = new ReadBudget();
  private final ArrayDeque<GuardThread> idle = new ArrayDeque<>();
  private int left;

  /**
   * A read of a process. It may use nothing that the asker uses at the same time: the asker goes on
   * if the read waits.
   */
  @FunctionalInterface
  public interface Job<T extends @Nullable Object> {
    /**
     * @param scan for this job alone
     * @param dir the open directory of the process, or {@link #BY_ID}
     */
    T read(Scan scan, int dir);
  }

  /**
   * @param root must stay open while a read is done
   * @param live whether the root is the running kernel's /proc
   */
  public GuardedReads(ProcRoot root, boolean live, LinuxClock clock) {
    this(root, live, clock, MAX_READ_NS, MAX_LEFT);
  }

  /** Tests need smaller limits. */
  GuardedReads(ProcRoot root, boolean live, LinuxClock clock, long maxReadNs, int maxLeft) {
    this.root = root;
    this.live = live;
    this.clock = clock;
    this.maxReadNs = maxReadNs;
    this.maxLeft = maxLeft;
    stuck = new StuckProcesses(root.fd());
  }

  /** Whether processes are those of the running kernel. */
  public boolean isLive() {
    return live;
  }

  /**
   * Reads something of a process.
   *
   * @param dir the open directory of the process, or {@link #BY_ID}
   * @param unreadable the result if the read waits, or the last one still does
   */
  public <T extends @Nullable Object> T read(int pid, int dir, T unreadable, Job<T> job) {
    return read(pid, dir, unreadable, job, false);
  }

  /**
   * Reads the beginning of a file of a process, which is that of a living thread if the main thread
   * has ended, see {@link Scan#loadOfMemory}.
   *
   * @param dir the open directory of the process
   * @param maxBytes how many bytes to read at most
   */
  public GuardedText text(int pid, int dir, FileName name, int maxBytes) {
    return read(
        pid,
        dir,
        GuardedText.UNREADABLE,
        (scan, own) -> {
          int length = scan.loadOfMemory(name, own, maxBytes);
          byte[] bytes = Arrays.copyOf(scan.cursor.bytes(), Math.max(length, 0));
          return new GuardedText(length, scan.total(), bytes);
        });
  }

  /**
   * Reads by a thread that ends after it, so that the kernel ends whatever the job has begun for
   * its thread and could not end.
   */
  public <T extends @Nullable Object> T readOnce(int pid, T unreadable, Job<T> job) {
    return read(pid, BY_ID, unreadable, job, true);
  }

  /**
   * Whether a process can be read without waiting. Asks the kernel, so that an answer of yes is
   * true at this moment.
   */
  public boolean isReadable(int pid) {
    return read(pid, BY_ID, false, (scan, dir) -> tryLocks(scan, pid));
  }

  /** Reads a file for which the kernel needs the end of an exec, and one that needs the memory. */
  private boolean tryLocks(Scan scan, int pid) {
    int dir = scan.bind(root.fd(), pid);
    if (dir >= 0) {
      scan.inDirectory(dir);
      scan.load(FileName.IO);
      if (scan.loadUpTo(FileName.CMDLINE, 1) == 0 && LivingThread.enter(scan, dir)) {
        scan.loadUpTo(FileName.CMDLINE, 1);
      }
      Syscalls.close(dir);
    }
    return true;
  }

  /**
   * Since when the process can't be read, boot time in ns; empty if it can, as far as known. Asks
   * the kernel nothing about the process.
   *
   * @param dir as in {@link #read}
   */
  public OptionalLong unreadableSince(int pid, int dir) {
    return stuck.since(pid, dir);
  }

  /** The processes that can't be read now, as far as known, in the order of their ids. */
  public List<UnreadableProcess> unreadable() {
    return stuck.list();
  }

  private <T extends @Nullable Object> T read(
      int pid, int dir, T unreadable, Job<T> job, boolean once) {
    if (!live) {
      Scan scan = root.scans().acquire();
      T result = job.read(scan, dir);
      root.scans().release(scan);
      return result;
    }
    GuardThread thread = stuck.since(pid, dir).isPresent() ? null : acquire();
    if (thread == null) {
      return unreadable;
    }
    Ask<T> ask = new Ask<>(job, own(dir));
    thread.begin(ask);
    if (!await(ask, thread) && leave(ask, pid, dir)) {
      return unreadable;
    }
    ask.close();
    release(thread, once);
    clock.addCpuTimeNs(ask.cpuNs());
    return ask.result();
  }

  /** Opens the directory again for the job, which may still use it when the asker has closed it. */
  private static int own(int dir) {
    return dir == BY_ID
        ? BY_ID
        : Syscalls.openat(dir, FileName.HERE.address(), Syscalls.O_PATH | Syscalls.O_DIRECTORY);
  }

  /** Waits for a read. Returns whether it has ended. */
  private boolean await(Ask<?> ask, GuardThread thread) {
    long began = System.nanoTime();
    long wait = budget.maxWait(began);
    boolean done = ask.await(wait);
    if (!done) {
      long cpuNs = stuck.cpuNs(thread.tid());
      while (!done && !isStuck(thread, began, cpuNs)) {
        done = ask.await(wait);
      }
      budget.spend(System.nanoTime() - began);
    }
    return done;
  }

  private boolean isStuck(GuardThread thread, long began, long cpuNs) {
    int state = stuck.state(thread.tid());
    long passed = System.nanoTime() - began;
    if (state == 'D' || passed <= maxReadNs) {
      return state == 'D';
    }
    boolean starves =
        (state == 'R' || thread.tid() == 0) && stuck.cpuNs(thread.tid()) - cpuNs <= maxReadNs;
    return !starves || passed > MAX_STARVED * maxReadNs;
  }

  /** Leaves a read. Returns false if it has ended meanwhile. */
  private boolean leave(Ask<?> ask, int pid, int dir) {
    StuckProcesses.Entry entry = stuck.add(pid, dir, clock.boottimeNs());
    countLeft(1);
    boolean isLeft = ask.leave(entry);
    if (!isLeft) {
      forget(entry);
    }
    return isLeft;
  }

  private void forget(StuckProcesses.@Nullable Entry entry) {
    stuck.remove(entry);
    countLeft(-1);
  }

  private void countLeft(int more) {
    synchronized (idle) {
      left += more;
    }
  }

  /** Called by a thread that was left behind, when its read has ended. */
  private boolean cameBack(GuardThread thread, Ask<?> ask) {
    forget(ask.entry());
    ask.close();
    return keep(thread);
  }

  /** Acquires a thread; null if too many were left behind. */
  private @Nullable GuardThread acquire() {
    synchronized (idle) {
      if (left >= maxLeft) {
        return null;
      }
      GuardThread thread = idle.pollLast();
      if (thread != null) {
        return thread;
      }
    }
    return new GuardThread(clock, this::cameBack);
  }

  private void release(GuardThread thread, boolean used) {
    if (used || !keep(thread)) {
      thread.end();
    }
  }

  /** Keeps a thread for further reads. Returns false if there are enough; it must end then. */
  private boolean keep(GuardThread thread) {
    synchronized (idle) {
      return idle.size() < MAX_IDLE && idle.add(thread);
    }
  }
}
