package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.Pressure;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.simulated.figures.Credentials;
import kifs.kernel.simulated.figures.Figure;
import kifs.kernel.simulated.figures.Memory;
import kifs.kernel.simulated.figures.ProcessTexts;
import kifs.kernel.simulated.figures.SimulatedDetail;
import kifs.kernel.simulated.figures.SimulatedWait;

/**
 * Fills the wanted fields of one record of a simulated kernel, and leaves the other fields
 * unchanged. Guarded by the kernel's lock.
 */
final class Filling {
  /** The number of clock_nanosleep on x86-64, which a thread that sleeps unblocked is in. */
  private static final int SLEEP = 230;

  private static final String SLEEP_CHANNEL = "hrtimer_nanosleep";

  /** The kernel's priority of a thread with the nice value 0. */
  private static final int PRIORITY = 20;

  /** The capabilities of root: up to CAP_CHECKPOINT_RESTORE, number 40. */
  private static final long ALL_CAPABILITIES = (1L << 41) - 1;

  /** The fields that an unreadable process doesn't have. */
  private static final long COMMAND_LINE =
      CommandRecord.ARGUMENTS.bit()
          | CommandRecord.COMMAND_LINE_OFFSET.bit()
          | CommandRecord.COMMAND_LINE_LENGTH.bit()
          | CommandRecord.COMMAND_LINE_TOTAL.bit();

  private static final long WAIT =
      ThreadRecord.WAIT_KIND.bit()
          | ThreadRecord.WAIT_OBJECT.bit()
          | ThreadRecord.WAIT_OWNER.bit()
          | ThreadRecord.SYSCALL.bit()
          | ThreadRecord.SYSCALL_ARG0.bit();

  private final Record record;
  private final long fields;

  private Filling(Record record, long fields) {
    this.record = record;
    this.fields = fields;
  }

  static void process(Record record, long fields, Sighting sighting, long cgroup, long now) {
    SimulatedProcess p = sighting.process();
    SimulatedThread main = p.mainThread();
    Credentials credentials = p.credentials();
    int pid = sighting.pid();
    Filling f = new Filling(record, fields);
    f.set(ProcessRecord.PID, pid);
    f.set(ProcessRecord.PPID, credentials.ppid());
    f.set(ProcessRecord.PGID, credentials.pgid() + sighting.shift());
    f.set(ProcessRecord.SID, credentials.sid() + sighting.shift());
    f.set(ProcessRecord.UID, credentials.uid());
    f.set(ProcessRecord.GID, credentials.gid());
    f.set(ProcessRecord.EUID, credentials.uid());
    f.set(ProcessRecord.EGID, credentials.gid());
    f.set(ProcessRecord.STATE, main.state());
    f.set(ProcessRecord.POLICY, 0);
    f.set(ProcessRecord.THREADS, p.allThreads().size());
    f.set(ProcessRecord.PRIORITY, PRIORITY + main.nice());
    f.set(ProcessRecord.NICE, main.nice());
    f.set(ProcessRecord.OOM_SCORE_ADJ, credentials.oomScoreAdj());
    f.set(ProcessRecord.OOM_SCORE, Math.max(0, credentials.oomScoreAdj()));
    f.set(ProcessRecord.TASK_FLAGS, 0);
    f.set(ProcessRecord.FDS, p.fdsAt(now));
    f.set(ProcessRecord.START, p.startNs());
    for (Figure figure : Figure.ALL) {
      if (f.wants(figure.ofProcess())) {
        f.set(figure.ofProcess(), shown(p, figure, now));
      }
    }
    f.set(ProcessRecord.RUNTIME, runtime(p, now));
    f.set(ProcessRecord.CHILDREN_UTIME, p.figures().ofChildren(Figure.UTIME));
    f.set(ProcessRecord.CHILDREN_STIME, p.figures().ofChildren(Figure.STIME));
    f.set(ProcessRecord.CHILDREN_MINOR_FAULTS, p.figures().ofChildren(Figure.MINOR_FAULTS));
    f.set(ProcessRecord.CHILDREN_MAJOR_FAULTS, p.figures().ofChildren(Figure.MAJOR_FAULTS));
    f.memory(p.memory(), now);
    f.set(ProcessRecord.FD_LIMIT, p.fdLimit());
    f.set(ProcessRecord.CGROUP_ID, cgroup);
    f.bytes(ProcessRecord.COMM, main.comm());
    boolean isRoot = credentials.uid() == 0;
    f.set(ProcessRecord.CAPABILITIES, isRoot ? ALL_CAPABILITIES : 0);
    f.set(ProcessRecord.VIEWER_UID, isRoot ? ProcessRecord.NO_VIEWER : credentials.uid());
    f.set(ProcessRecord.VIEWER_GID, isRoot ? ProcessRecord.NO_VIEWER : credentials.gid());
  }

  /** The CPU time of all threads, ns. */
  private static long runtime(SimulatedProcess p, long now) {
    return p.figures().sum(Figure.UTIME, now) + p.figures().sum(Figure.STIME, now);
  }

  /** The value that PROCESS has for a counter: the main thread's own, or the sum of all threads. */
  private static long shown(SimulatedProcess p, Figure figure, long now) {
    return figure.isOfMainThread()
        ? p.mainThread().counter(figure).at(now)
        : p.figures().sum(figure, now);
  }

  private void memory(Memory memory, long now) {
    set(ProcessRecord.VSIZE, memory.vsizeAt(now));
    set(ProcessRecord.RSS, memory.rssAt(now));
    set(ProcessRecord.RSS_ANON, memory.anonymousAt(now));
    set(ProcessRecord.RSS_FILE, memory.files());
    set(ProcessRecord.RSS_SHMEM, memory.shared());
    set(ProcessRecord.RSS_PEAK, memory.peakAt(now));
    set(ProcessRecord.SWAP, memory.swap());
    set(ProcessRecord.RSS_HUGE, memory.huge());
  }

  static void thread(
      Record record, long fields, Sighting sighting, SimulatedThread t, int cpus, long now) {
    int tid = t.tid() + sighting.shift();
    Filling f = new Filling(record, fields);
    f.set(ThreadRecord.TID, tid);
    f.set(ThreadRecord.PID, sighting.pid());
    f.set(ThreadRecord.STATE, t.state());
    f.set(ThreadRecord.POLICY, 0);
    f.set(ThreadRecord.PROCESSOR, tid % cpus);
    f.set(ThreadRecord.PRIORITY, PRIORITY + t.nice());
    f.set(ThreadRecord.NICE, t.nice());
    f.set(ThreadRecord.RT_PRIORITY, 0);
    for (Figure figure : Figure.ALL) {
      if (f.wants(figure.ofThread())) {
        f.set(figure.ofThread(), t.counter(figure).at(now));
      }
    }
    f.set(ThreadRecord.RUNTIME, t.counter(Figure.UTIME).at(now) + t.counter(Figure.STIME).at(now));
    f.set(ThreadRecord.START, t.startNs());
    f.set(ThreadRecord.LAST_RAN, t.lastRanNs(now));
    if (!f.isIncomplete(sighting, WAIT)) {
      f.wait(t);
    }
    f.set(ThreadRecord.UID, sighting.process().credentials().uid());
    f.set(ThreadRecord.EUID, sighting.process().credentials().uid());
    f.bytes(ThreadRecord.COMM, t.comm());
  }

  private void wait(SimulatedThread t) {
    SimulatedWait wait = t.waitKind();
    set(ThreadRecord.WAIT_KIND, wait == null ? 0 : wait.kind().code());
    set(ThreadRecord.WAIT_OBJECT, t.waitObject());
    set(ThreadRecord.WAIT_OWNER, t.waitOwner());
    if (t.state() == 'R') {
      // A running thread shows no system call and no wait channel.
      return;
    }
    set(ThreadRecord.SYSCALL, wait == null ? SLEEP : wait.systemCall());
    set(ThreadRecord.SYSCALL_ARG0, t.waitObject());
    String channel = wait == null ? SLEEP_CHANNEL : wait.channel();
    bytes(ThreadRecord.WAIT_CHANNEL, channel.getBytes(StandardCharsets.US_ASCII));
  }

  static void command(Record record, long fields, Sighting sighting, TextWriter texts) {
    ProcessTexts text = sighting.process().text();
    Filling f = new Filling(record, fields);
    f.set(CommandRecord.PID, sighting.pid());
    if (!f.isIncomplete(sighting, COMMAND_LINE)) {
      f.set(CommandRecord.ARGUMENTS, text.arguments());
      f.text(
          CommandRecord.COMMAND_LINE_OFFSET,
          CommandRecord.COMMAND_LINE_LENGTH,
          text.commandLine(),
          texts);
      f.set(CommandRecord.COMMAND_LINE_TOTAL, text.commandLine().length);
    }
    if (text.executable() != null) {
      f.text(
          CommandRecord.EXECUTABLE_OFFSET,
          CommandRecord.EXECUTABLE_LENGTH,
          text.executable().getBytes(StandardCharsets.UTF_8),
          texts);
    }
  }

  /** Stores a text in the bulk, and returns its offset. */
  @FunctionalInterface
  interface TextWriter {
    long write(byte[] text);
  }

  private void text(Field offset, Field length, byte[] text, TextWriter texts) {
    if (wants(offset) || wants(length)) {
      set(offset, texts.write(text));
      set(length, text.length);
    }
  }

  static void limits(Record record, long fields, Sighting sighting, long now) {
    SimulatedProcess p = sighting.process();
    Filling f = new Filling(record, fields);
    f.set(LimitsRecord.PID, sighting.pid());
    for (LimitsRecord.Limit limit : LimitsRecord.LIMITS) {
      f.set(limit.soft(), p.limits().soft(limit));
      f.set(limit.hard(), p.limits().hard(limit));
    }
    f.set(LimitsRecord.START, p.startNs());
    f.set(LimitsRecord.used("cpu"), runtime(p, now));
    f.set(LimitsRecord.used("rss"), p.memory().rssAt(now));
    f.set(LimitsRecord.used("nofile"), p.fdsAt(now));
    f.set(LimitsRecord.used("as"), p.memory().vsizeAt(now));
    p.limits().used().forEach((limit, used) -> f.set(LimitsRecord.used(limit), used));
  }

  static void system(Record record, long fields, World world, Census census, long now) {
    SimulatedSystem system = world.system();
    ProcessTable table = world.table();
    Filling f = new Filling(record, fields);
    f.set(SystemRecord.BOOT, world.bootRealtimeNs());
    f.times(SystemRecord.TIMES, census, system.cpus(), 1, 0, now);
    List<Field> loads = List.of(SystemRecord.LOAD1, SystemRecord.LOAD5, SystemRecord.LOAD15);
    for (int i = 0; i < loads.size(); i++) {
      f.set(loads.get(i), system.load()[i]);
    }
    long available = system.availableBeside(census.rss());
    f.set(SystemRecord.MEMORY_TOTAL, system.memoryTotal());
    f.set(SystemRecord.MEMORY_FREE, Math.max(0, available - system.memoryCached()));
    f.set(SystemRecord.MEMORY_AVAILABLE, available);
    f.set(SystemRecord.MEMORY_BUFFERS, 0);
    f.set(SystemRecord.MEMORY_CACHED, system.memoryCached());
    f.set(SystemRecord.MEMORY_SHMEM, 0);
    f.set(SystemRecord.SWAP_TOTAL, system.swapTotal());
    f.set(SystemRecord.SWAP_FREE, system.swapFree());
    f.set(SystemRecord.PROCESSES, table.countProcesses());
    f.set(SystemRecord.THREADS, table.countThreads());
    f.set(SystemRecord.RUNNABLE, census.runnable());
    f.set(SystemRecord.BLOCKED, census.blocked());
    f.set(SystemRecord.FORKS, world.forks());
    f.set(
        SystemRecord.CONTEXT_SWITCHES, census.of(Figure.VOLUNTARY) + census.of(Figure.INVOLUNTARY));
    f.set(SystemRecord.INTERRUPTS, system.interruptsAt(now));
    f.set(SystemRecord.FILES_OPEN, system.openWith(census.fds()));
    f.set(SystemRecord.FILES_MAX, system.filesMax());
    f.set(SystemRecord.OOM_KILLS, system.oomKills());
    f.set(SystemRecord.MEMORY_HUGE, system.huge());
    f.set(SystemRecord.MEMORY_HUGE_FREE, system.hugeFree());
    for (Pressure pressure : SimulatedDetail.PRESSURES) {
      SimulatedSystem.Lack lack = system.lack(pressure);
      f.set(pressure.total(), lack == null ? 0 : lack.totalNs().at(now));
      pressure.averages().forEach(average -> f.set(average, lack == null ? 0 : lack.percent()));
    }
  }

  static void cpu(Record record, long fields, int number, int cpus, Census census, long now) {
    Filling f = new Filling(record, fields);
    f.set(CpuRecord.CPU, number);
    f.times(CpuRecord.TIMES, census, cpus, cpus, number, now);
  }

  /**
   * Fills the fields of CPU times with one of {@code shares} equal shares of the host's times. The
   * remainder of the division is spread over the first shares.
   */
  private void times(List<Field> times, Census census, int cpus, int shares, int share, long now) {
    long user = census.of(Figure.UTIME);
    long system = census.of(Figure.STIME);
    long idle = Math.max(0, cpus * now - user - system);
    long[] spent = {user, 0, system, idle};
    for (int i = 0; i < times.size(); i++) {
      long all = i < spent.length ? spent[i] : 0;
      set(times.get(i), all / shares + (share < all % shares ? 1 : 0));
    }
  }

  /** Flags the record if it wants one of the fields, but the process is unreadable. */
  private boolean isIncomplete(Sighting sighting, long guarded) {
    boolean incomplete = sighting.process().isUnreadable() && (fields & guarded) != 0;
    if (incomplete) {
      record.addFlag(Record.INCOMPLETE);
    }
    return incomplete;
  }

  private boolean wants(Field field) {
    return (fields & field.bit()) != 0;
  }

  private void set(Field field, long value) {
    if (wants(field)) {
      record.set(field, value);
    }
  }

  private void set(Field field, double value) {
    if (wants(field)) {
      record.setDouble(field, value);
    }
  }

  private void bytes(Field field, byte[] value) {
    if (wants(field)) {
      record.setBytes(field, value, 0, value.length);
    }
  }
}
