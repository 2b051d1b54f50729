package kifs.kernel.simulated;

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

/**
 * One process of a simulated kernel, or what all members of a crowd have in common. Every call
 * takes effect at the clock's present and may be made at any time: counters are brought up to date
 * before their rates change. Settings that concern one thread (cpu, io, faults, switches, nice,
 * state) go to the main thread. A process that has ended refuses every call by {@link
 * SimulationException}. Thread-safe.
 */
public final class SimulatedProcess {
  /** As many threads as a host of this size allows to all processes together. */
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

  /** A member of a crowd that becomes a process of its own. */
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

  public SimulatedProcess gid(int gid) {
    return change(now -> credentials = credentials.withGroup(gid));
  }

  public SimulatedProcess parent(int ppid) {
    return change(now -> credentials = credentials.withParent(ppid));
  }

  public SimulatedProcess oomScoreAdj(int value) {
    return change(now -> credentials = credentials.withOomScoreAdj(value));
  }

  /** Makes or ends threads until there are that many; new threads get the next free ids. */
  public SimulatedProcess threads(int count) {
    return change(now -> world.resize(this, count, now));
  }

  /** Resident memory now, bytes; what isn't file or shared memory is anonymous. */
  public SimulatedProcess rss(long bytes) {
    return change(
        now -> {
          world.events().resized(pid, memory.rssAt(now), bytes);
          memory.rss(now, bytes);
        });
  }

  /** From now on resident memory grows at that rate. */
  public SimulatedProcess rssGrowth(long bytesPerSecond) {
    return change(now -> memory.growth(now, bytesPerSecond));
  }

  /** The parts of the resident memory that are mapped files and shared memory, bytes. */
  public SimulatedProcess rssOfFilesAndShared(long files, long shared) {
    return change(now -> memory.parts(files, shared));
  }

  /** Virtual memory, bytes; unless set it is the resident memory. */
  public SimulatedProcess vsize(long bytes) {
    return change(now -> memory.vsize(bytes));
  }

  public SimulatedProcess swap(long bytes) {
    return change(now -> memory.swap(bytes));
  }

  public SimulatedProcess fds(long count) {
    return change(now -> fds.count().set(now, Counter.requireNotNegative(count)));
  }

  /** From now on the number of open fds grows at that rate. */
  public SimulatedProcess fdsGrowth(long perSecond) {
    return change(now -> fds.count().perSecond(now, perSecond));
  }

  /** Opens a file as that fd. Other fds are made up until there are {@link #fds} in all. */
  public SimulatedProcess open(int fd, SimulatedFile file) {
    return change(now -> fds.open(fd, file));
  }

  /** Closes a file that was opened by {@link #open}. */
  public SimulatedProcess close(int fd) {
    return change(now -> fds.close(fd));
  }

  /** Maps that many bytes of a shared-memory object, in place of an earlier mapping of it. */
  public SimulatedProcess map(SimulatedShm object, long bytes) {
    return change(now -> world.shm().map(this, object, Counter.requireNotNegative(bytes)));
  }

  public SimulatedProcess unmap(SimulatedShm object) {
    return change(now -> world.shm().unmap(pid, object));
  }

  public SimulatedProcess limit(String name, long soft, long hard) {
    return change(now -> limits = limits.with(name, soft, hard));
  }

  /**
   * Sets the usage of a limit that follows from no other figure here: {@code data stack memlock
   * sigpending nproc}, in the unit of {@link LimitsRecord#USAGES}.
   */
  public SimulatedProcess uses(String limit, long used) {
    return change(now -> limits = limits.using(limit, Counter.requireNotNegative(used)));
  }

  /** The arguments, separated by blanks. */
  public SimulatedProcess commandLine(String arguments) {
    return change(now -> text = text.withArguments(arguments));
  }

  public SimulatedProcess executable(String path) {
    return change(now -> text = text.withExecutable(path));
  }

  /** Path of the cgroup, from the root. */
  public SimulatedProcess cgroup(String path) {
    return change(now -> text = text.withCgroup(path));
  }

  /** The main thread's user time: a share of one CPU. */
  public SimulatedProcess cpu(double percent) {
    return onMainThread(thread -> thread.cpu(percent));
  }

  /** The main thread's user and system time: shares of one CPU. */
  public SimulatedProcess cpu(double userPercent, double systemPercent) {
    return onMainThread(thread -> thread.cpu(userPercent, systemPercent));
  }

  /** Storage read and written, bytes a second. */
  public SimulatedProcess io(long readPerSecond, long writtenPerSecond) {
    return onMainThread(thread -> thread.io(readPerSecond, writtenPerSecond));
  }

  /** Page faults a second. */
  public SimulatedProcess faults(long minorPerSecond, long majorPerSecond) {
    return onMainThread(thread -> thread.faults(minorPerSecond, majorPerSecond));
  }

  /** Context switches a second. */
  public SimulatedProcess switches(long voluntaryPerSecond, long involuntaryPerSecond) {
    return onMainThread(thread -> thread.switches(voluntaryPerSecond, involuntaryPerSecond));
  }

  public SimulatedProcess nice(int value) {
    return onMainThread(thread -> thread.nice(value));
  }

  /** Shows that state letter; 0: the letter follows from whether the main thread uses CPU. */
  public SimulatedProcess state(char letter) {
    return onMainThread(thread -> thread.state(letter));
  }

  /** Renames itself, and notifies listeners. */
  public SimulatedProcess rename(String comm) {
    return change(now -> world.rename(this, comm, false, now));
  }

  /** Executes another program, and notifies listeners. */
  public SimulatedProcess exec(String comm) {
    return change(now -> world.rename(this, comm, true, now));
  }

  /** Its main thread. */
  public SimulatedThread thread() {
    return thread(pid);
  }

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

  /** A new thread, with the next free id. */
  public SimulatedThread spawnThread(String comm) {
    return world.spawnThread(this, 0, comm);
  }

  public SimulatedThread spawnThread(int tid, String comm) {
    return world.spawnThread(this, tid, comm);
  }

  /**
   * Ends the process, or all members of a crowd. The parent is assumed to have waited for it.
   *
   * @param status as waitpid(2) gives it
   */
  public void exit(int status) {
    change(now -> world.exit(this, status, now));
  }

  /** The OOM killer kills it. */
  public void killForMemory() {
    change(
        now -> {
          world.system().killedForMemory();
          world.events().happened(Kind.OOM, pid, 0, 0, now);
          world.exit(this, SIGKILL, now);
        });
  }

  /** Whether it ended. */
  public boolean isGone() {
    return world.peek(now -> gone);
  }

  // What follows is for this package, under the kernel's lock.

  SimulatedProcess change(LongConsumer action) {
    world.mutate(
        now -> {
          if (gone) {
            throw new SimulationException("process " + pid + " has gone");
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

  /** In tid order. */
  Collection<SimulatedThread> allThreads() {
    return allThreads;
  }

  int threadCount() {
    return threads.size();
  }

  /** Null: there is none. */
  SimulatedThread threadOrNull(int tid) {
    return threads.get(tid);
  }

  /** The thread that ends first when there are too many: never the main thread. */
  SimulatedThread spareThread() {
    int last = threads.lastKey();
    return threads.get(last == pid ? threads.firstKey() : last);
  }

  SimulatedThread mainThread() {
    return threads.get(pid);
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

  /** Its parent has ended: process 1 takes its place. */
  void reparentToInit() {
    credentials = credentials.withParent(1);
  }

  Limits limits() {
    return limits;
  }

  ProcessTexts text() {
    return text;
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
