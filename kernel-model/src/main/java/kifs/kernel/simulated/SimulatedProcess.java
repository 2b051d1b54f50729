package kifs.kernel.simulated;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Collections;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.simulated.figures.Counter;
import kifs.kernel.simulated.figures.Credentials;
import kifs.kernel.simulated.figures.FdTable;
import kifs.kernel.simulated.figures.Limits;
import kifs.kernel.simulated.figures.Memory;
import kifs.kernel.simulated.figures.ProcessTexts;
import kifs.kernel.simulated.figures.SimulatedFile;
import kifs.kernel.simulated.figures.SimulationException;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;
import org.jspecify.annotations.Nullable;

/**
 * One process of a simulated kernel, or the template of all members of a crowd. Every call takes
 * effect at the present time of the clock. A call may be made at any time, because a counter is
 * brought up to date before its rate changes. Settings of a thread (cpu, io, faults, switches,
 * nice, state) apply to the main thread. A process that has ended refuses every change by {@link
 * SimulationException}. Thread-safe by the kernel's lock.
 */
public final class SimulatedProcess {
  /** The maximum number of threads of one process; an arbitrary number. */
  public static final int MAX_THREADS = 32_768;

  private static final int SIGKILL = 9;

  private final World world;
  private final int pid;
  private final boolean crowd;
  private final long startNs;
  private final TreeMap<Integer, SimulatedThread> threads = new TreeMap<>();
  private final Collection<SimulatedThread> allThreads =
      Collections.unmodifiableCollection(threads.values());
  private final GroupFigures figures = new GroupFigures(allThreads);
  private final Memory memory;
  private final FdTable fds;
  private Credentials credentials;
  private Limits limits = Limits.USUAL;
  private ProcessTexts text = ProcessTexts.NONE;
  private int exitStatus;
  private boolean gone;

  /** Boot time in ns; -1: the process is readable. */
  private long unreadableSinceNs = -1;

  SimulatedProcess(World world, int pid, int ppid, String comm, boolean crowd, long now) {
    this.world = world;
    this.pid = pid;
    this.crowd = crowd;
    this.startNs = now;
    this.memory = new Memory(now);
    this.fds = new FdTable(new Counter(now));
    this.credentials = new Credentials(ppid, pid, pid, 0, 0, 0);
    threads.put(pid, new SimulatedThread(this, pid, comm, now));
  }

  /** Copies a crowd's template for a member that becomes a process of its own. */
  SimulatedProcess(SimulatedProcess crowd, int pid) {
    this.world = crowd.world;
    this.pid = pid;
    this.crowd = false;
    this.startNs = crowd.startNs;
    this.memory = crowd.memory.copy();
    this.fds = crowd.fds.copy();
    this.credentials = crowd.credentials;
    this.limits = crowd.limits;
    this.text = crowd.text;
    this.unreadableSinceNs = crowd.unreadableSinceNs;
    int shift = pid - crowd.pid;
    crowd.threads.forEach(
        (tid, thread) -> threads.put(tid + shift, new SimulatedThread(thread, this, tid + shift)));
  }

  public int pid() {
    return pid;
  }

  /** Sets the real and the effective user id. */
  public SimulatedProcess uid(int uid) {
    return change(now -> credentials = credentials.withUser(uid));
  }

  /** Sets the real and the effective group id. */
  public SimulatedProcess gid(int gid) {
    return change(now -> credentials = credentials.withGroup(gid));
  }

  /** Sets the parent. */
  public SimulatedProcess parent(int ppid) {
    return change(now -> credentials = credentials.withParent(ppid));
  }

  /** Sets the adjustment of the OOM killer's choice, -1000 to 1000. */
  public SimulatedProcess oomScoreAdj(int value) {
    return change(now -> credentials = credentials.withOomScoreAdj(value));
  }

  /** Adds or ends threads until there are that many. New threads get the next free ids. */
  public SimulatedProcess threads(int count) {
    return change(now -> world.resize(this, count, now));
  }

  /**
   * Sets the resident memory, bytes. The part that isn't files or shared memory is anonymous.
   * Listeners of a level that is crossed are notified.
   */
  public SimulatedProcess rss(long bytes) {
    return change(
        now -> {
          world.events().resized(this, memory.rssAt(now), bytes);
          memory.rss(now, bytes);
        });
  }

  /** Lets the resident memory grow at that rate from now on; it can be negative. */
  public SimulatedProcess rssGrowth(long bytesPerSecond) {
    return change(now -> memory.growth(now, bytesPerSecond));
  }

  /** Sets the parts of the resident memory that are mapped files and shared memory, bytes. */
  public SimulatedProcess rssOfFilesAndShared(long files, long shared) {
    return change(now -> memory.parts(files, shared));
  }

  /** Sets the virtual memory, bytes. It is never less than the resident memory. */
  public SimulatedProcess vsize(long bytes) {
    return change(now -> memory.vsize(bytes));
  }

  /** Sets the memory that is swapped out, bytes. */
  public SimulatedProcess swap(long bytes) {
    return change(now -> memory.swap(bytes));
  }

  /** Sets the memory in huge pages, bytes. */
  public SimulatedProcess hugePages(long bytes) {
    return change(now -> memory.huge(bytes));
  }

  /** Sets the number of open fds. */
  public SimulatedProcess fds(long count) {
    return change(now -> fds.count().set(now, Counter.requireNotNegative(count)));
  }

  /** Lets the number of open fds grow at that rate from now on. */
  public SimulatedProcess fdsGrowth(long perSecond) {
    return change(now -> fds.count().perSecond(now, perSecond));
  }

  /** Opens a file as that fd. Other fds are invented until there are {@link #fds} in all. */
  public SimulatedProcess open(int fd, SimulatedFile file) {
    return change(now -> fds.open(fd, file));
  }

  /** Closes a file that was opened by {@link #open}. */
  public SimulatedProcess close(int fd) {
    return change(now -> fds.close(fd));
  }

  /** Maps that many bytes of a shared-memory object, and replaces an earlier mapping of it. */
  public SimulatedProcess map(SimulatedShm object, long bytes) {
    return change(now -> world.shm().map(this, object, Counter.requireNotNegative(bytes)));
  }

  /** Sets how many fds the process has of a shared-memory object; 0 closes all. */
  public SimulatedProcess hold(SimulatedShm object, int fds) {
    return change(now -> world.shm().hold(this, object, fds));
  }

  /** Removes the mapping of a shared-memory object. */
  public SimulatedProcess unmap(SimulatedShm object) {
    return change(now -> world.shm().unmap(pid, object));
  }

  /**
   * Sets a soft and a hard rlimit, -1 for unlimited.
   *
   * @param name as in {@link LimitsRecord}, such as {@code nofile}
   */
  public SimulatedProcess limit(String name, long soft, long hard) {
    return change(now -> limits = limits.with(name, soft, hard));
  }

  /**
   * Sets the usage of an rlimit for which no other figure here gives the usage: {@code data stack
   * memlock sigpending nproc}. The unit is that of {@link LimitsRecord#USAGES}.
   */
  public SimulatedProcess uses(String limit, long used) {
    return change(now -> limits = limits.using(limit, Counter.requireNotNegative(used)));
  }

  /** Sets the command line, from arguments that are separated by blanks. */
  public SimulatedProcess commandLine(String arguments) {
    return change(now -> text = text.withArguments(arguments));
  }

  /** Sets the path of the executable. */
  public SimulatedProcess executable(String path) {
    return change(now -> text = text.withExecutable(path));
  }

  /** Sets the path of the cgroup, from the root of the cgroups. The cgroup is made if need be. */
  public SimulatedProcess cgroup(String path) {
    return change(
        now -> {
          world.cgroups().require(path);
          text = text.withCgroup(path);
        });
  }

  /** Sets the main thread's user time, as a share of one CPU. */
  public SimulatedProcess cpu(double percent) {
    return onMainThread(thread -> thread.cpu(percent));
  }

  /** Sets the main thread's user and system time, as shares of one CPU. */
  public SimulatedProcess cpu(double userPercent, double systemPercent) {
    return onMainThread(thread -> thread.cpu(userPercent, systemPercent));
  }

  /** Sets how much the main thread reads from and writes to storage, bytes per second. */
  public SimulatedProcess io(long readPerSecond, long writtenPerSecond) {
    return onMainThread(thread -> thread.io(readPerSecond, writtenPerSecond));
  }

  /** Sets the main thread's page faults per second. */
  public SimulatedProcess faults(long minorPerSecond, long majorPerSecond) {
    return onMainThread(thread -> thread.faults(minorPerSecond, majorPerSecond));
  }

  /** Sets the main thread's context switches per second. */
  public SimulatedProcess switches(long voluntaryPerSecond, long involuntaryPerSecond) {
    return onMainThread(thread -> thread.switches(voluntaryPerSecond, involuntaryPerSecond));
  }

  /** Sets the main thread's nice value. */
  public SimulatedProcess nice(int value) {
    return onMainThread(thread -> thread.nice(value));
  }

  /** Sets the main thread's state letter; 0: R if the thread uses CPU time, else S. */
  public SimulatedProcess state(char letter) {
    return onMainThread(thread -> thread.state(letter));
  }

  /**
   * Sets whether reads of the process's memory wait for something that doesn't happen. Its command
   * line, its mappings and what its threads wait for can't be read then.
   */
  public SimulatedProcess unreadable(boolean unreadable) {
    return change(
        now -> {
          if (unreadable != isUnreadable()) {
            unreadableSinceNs = unreadable ? now : -1;
          }
        });
  }

  /** Renames the process, and notifies listeners. */
  public SimulatedProcess rename(String comm) {
    return change(now -> world.rename(this, comm, false, now));
  }

  /** Executes another program, and notifies listeners. */
  public SimulatedProcess exec(String comm) {
    return change(now -> world.rename(this, comm, true, now));
  }

  /** The main thread. */
  public SimulatedThread thread() {
    return thread(pid);
  }

  /** The thread of that id. */
  public SimulatedThread thread(int tid) {
    return world.peek(
        now -> {
          SimulatedThread thread = threads.get(tid);
          if (thread == null) {
            throw new SimulationException("process " + pid + " has no thread " + tid);
          }
          return thread;
        });
  }

  /** Adds a thread with the next free id. */
  public SimulatedThread spawnThread(String comm) {
    return world.spawnThread(this, 0, comm);
  }

  /** Adds a thread with that id, which must be free; 0: the next free id. */
  public SimulatedThread spawnThread(int tid, String comm) {
    return world.spawnThread(this, tid, comm);
  }

  /**
   * Ends the process, or all members of a crowd, and notifies listeners. No zombie remains, as if
   * the parent had waited for the process.
   *
   * @param status the wait status, as in waitpid(2)
   */
  public void exit(int status) {
    change(now -> world.exit(this, status, now));
  }

  /** Ends the process as the OOM killer does, and notifies listeners of the kill and the exit. */
  public void killForMemory() {
    change(
        now -> {
          world.system().killedForMemory();
          world.events().happened(Kind.OOM, pid, 0, 0, now);
          world.exit(this, SIGKILL, now);
        });
  }

  /** Whether the process has ended. */
  public boolean isGone() {
    return world.peek(now -> gone);
  }

  // The methods from here on are for this package. Except change and exit, which acquire the
  // kernel's lock, they are called under it.

  SimulatedProcess change(LongConsumer action) {
    world.mutate(
        now -> {
          if (gone) {
            throw new SimulationException("process " + pid + " has ended");
          }
          action.accept(now);
        });
    return this;
  }

  void exit(SimulatedThread thread) {
    change(now -> world.exit(this, thread, now));
  }

  void end(int status) {
    gone = true;
    exitStatus = status;
  }

  void addThread(SimulatedThread thread) {
    threads.put(thread.tid(), thread);
  }

  void removeThread(SimulatedThread thread, long now) {
    threads.remove(thread.tid());
    thread.end();
    figures.accumulateThread(thread, now);
  }

  GroupFigures figures() {
    return figures;
  }

  /** A view of the live threads, in tid order. */
  Collection<SimulatedThread> allThreads() {
    return allThreads;
  }

  int threadCount() {
    return threads.size();
  }

  /** Null: there is no such thread. */
  @Nullable SimulatedThread threadOrNull(int tid) {
    return threads.get(tid);
  }

  /** The thread that {@link #threads} ends first: the one with the highest tid but the main one. */
  SimulatedThread spareThread() {
    int last = threads.lastKey();
    return requireNonNull(threads.get(last == pid ? threads.firstKey() : last));
  }

  /** The main thread, which ends only with the process. */
  SimulatedThread mainThread() {
    return requireNonNull(threads.get(pid));
  }

  boolean ended() {
    return gone;
  }

  boolean isCrowd() {
    return crowd;
  }

  int exitStatus() {
    return exitStatus;
  }

  long startNs() {
    return startNs;
  }

  Memory memory() {
    return memory;
  }

  Credentials credentials() {
    return credentials;
  }

  /** Makes process 1 the parent, because the parent has ended. */
  void reparentToInit() {
    credentials = credentials.withParent(1);
  }

  Limits limits() {
    return limits;
  }

  ProcessTexts text() {
    return text;
  }

  boolean isUnreadable() {
    return unreadableSinceNs >= 0;
  }

  long unreadableSinceNs() {
    return unreadableSinceNs;
  }

  long fdsAt(long now) {
    return Math.max(0, fds.size(now));
  }

  TreeMap<Integer, SimulatedFile> files(long now) {
    return fds.files(now);
  }

  long fdLimit() {
    return limits.soft(LimitsRecord.LIMITS.get(Limits.NOFILE));
  }

  private SimulatedProcess onMainThread(Consumer<SimulatedThread> action) {
    return change(now -> action.accept(mainThread()));
  }
}
