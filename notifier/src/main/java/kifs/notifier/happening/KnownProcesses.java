package kifs.notifier.happening;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.query.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import org.jspecify.annotations.Nullable;

/**
 * The table of the host's processes, which the kernel's events keep up to date. With it, an exit
 * can be reported with the name and user of a process that can't be read any more. Not thread-safe.
 */
final class KnownProcesses {
  private static final long IDENTITY =
      ProcessRecord.START.bit()
          | ProcessRecord.UID.bit()
          | ProcessRecord.COMM.bit()
          | ProcessRecord.PPID.bit();

  private static final long LIFE = ProcessRecord.STATE.bit() | ProcessRecord.THREADS.bit();

  private final KernelSource source;
  private final ChunkPool pool;
  private final Map<Integer, KnownProcess> processes = new HashMap<>();
  private final CgroupMembers members;

  /**
   * The pids of processes whose exit the last scan reported. The kernel's event of the same exit
   * may come later, and must not be reported again.
   */
  private final Set<Integer> missing = new HashSet<>();

  /** The number of exits that were pushed although a scan had reported them already. */
  private int repeated;

  /** Boot time at which the last scan began; {@link Long#MIN_VALUE}: there was none. */
  private long scannedNs = Long.MIN_VALUE;

  KnownProcesses(KernelSource source, ChunkPool pool, CgroupMembers members) {
    this.members = members;
    this.source = source;
    this.pool = pool;
  }

  /** Returns to the state before the first scan. */
  void clear() {
    processes.clear();
    missing.clear();
    repeated = 0;
    scannedNs = Long.MIN_VALUE;
  }

  /**
   * Reads all processes again, and replaces the table.
   *
   * @param nowNs the present boot time
   * @param pushed whether the kernel pushes exits. If so, a missing process exited just now, since
   *     an earlier exit would have been pushed
   * @return the exits of known processes that don't exist any more; if the kernel doesn't push, the
   *     forks since the last scan too
   */
  List<Happening> rescan(long nowNs, boolean pushed) {
    Map<Integer, KnownProcess> now = new HashMap<>();
    Query query =
        Query.of(ProcessRecord.TYPE)
            .withFields(ProcessRecord.TYPE, IDENTITY | LIFE | ProcessRecord.PID.bit());
    try (BulkBuilder builder = new BulkBuilder(pool, List.of(ProcessRecord.TYPE))) {
      source.collect(query, builder, Cancellation.NEVER);
      builder.forEach(
          ProcessRecord.TYPE,
          process -> {
            // The kernel pushes the exit of a process before its parent reaps it.
            if (!pushed || !isZombie(process)) {
              KnownProcess known = known((int) process.get(ProcessRecord.PID), process);
              now.put(known.pid(), known);
            }
          });
    }
    members
        .all()
        .forEach((pid, cgroups) -> now.computeIfPresent(pid, (p, known) -> known.in(cgroups)));
    List<Happening> happened = new ArrayList<>();
    missing.clear();
    for (KnownProcess before : processes.values()) {
      KnownProcess after = now.get(before.pid());
      // The time of a fork event differs from the start time in /proc, but is never before it.
      if (after == null || after.bornNs() > before.bornNs()) {
        happened.add(Happening.exit(before, -1, pushed ? nowNs : scannedNs));
        missing.add(before.pid());
      }
    }
    if (!pushed && scannedNs != Long.MIN_VALUE) {
      now.values().forEach(after -> forked(after, now).ifPresent(happened::add));
    }
    processes.clear();
    processes.putAll(now);
    scannedNs = nowNs;
    return happened;
  }

  /** Whether no thread of a process is left. Its main thread alone may end before the others. */
  private static boolean isZombie(Record process) {
    return process.get(ProcessRecord.STATE) == 'Z' && process.get(ProcessRecord.THREADS) <= 1;
  }

  /** Returns the fork that created a process since the last scan; empty: the process is older. */
  private Optional<Happening> forked(KnownProcess child, Map<Integer, KnownProcess> now) {
    KnownProcess before = processes.get(child.pid());
    if (before != null && before.bornNs() >= child.bornNs()) {
      return Optional.empty();
    }
    KnownProcess parent = now.getOrDefault(child.parent(), KnownProcess.only(child.parent()));
    return Optional.of(Happening.fork(parent, child.pid(), child.bornNs()));
  }

  /**
   * Updates the table by an event, and returns what happened; empty: a client can't wait for it, or
   * it was reported already.
   */
  Optional<Happening> take(ProcessEvent event) {
    return switch (event.kind()) {
      case FORK -> {
        addChild(event);
        KnownProcess parent = knownAt(event.parent(), event.boottimeNs());
        yield Optional.of(Happening.fork(parent, event.pid(), event.boottimeNs()));
      }
      case EXEC, OOM -> {
        refresh(event.pid(), event.boottimeNs());
        // The process may have another name by now, or may have vanished.
        KnownProcess process = knownAt(event.pid(), event.boottimeNs()).named(event.named());
        processes.computeIfPresent(
            event.pid(), (pid, known) -> known.bornNs() == process.bornNs() ? process : known);
        yield Optional.of(Happening.of(event.kind(), process, event.boottimeNs()));
      }
      case RENAMED -> {
        refresh(event.pid(), event.boottimeNs());
        yield Optional.empty();
      }
      case EXIT -> exit(event);
      // Losses are not queued with the events.
      case LOST -> Optional.empty();
    };
  }

  /** Adds the child of a fork, which has its parent's name and user until it changes them. */
  private void addChild(ProcessEvent fork) {
    if (fork.boottimeNs() <= scannedNs && processes.containsKey(fork.pid())) {
      // The scan read the child after the fork, perhaps with another name and user already.
      return;
    }
    KnownProcess parent = processes.get(fork.parent());
    if (parent != null && mayHaveExisted(parent, fork.boottimeNs())) {
      processes.put(
          fork.pid(),
          new KnownProcess(
              fork.pid(),
              fork.boottimeNs(),
              parent.uid(),
              parent.comm(),
              fork.parent(),
              parent.cgroups()));
    } else {
      refresh(fork.pid(), fork.boottimeNs());
    }
  }

  /** Reads a process again, unless its pid has passed to another one since the event. */
  private void refresh(int pid, long happenedNs) {
    KnownProcess now = read(pid);
    if (now != null && mayHaveExisted(now, happenedNs)) {
      processes.put(pid, now);
    }
  }

  /** Returns the process that had a pid at a moment, with as much as is known about it. */
  private KnownProcess knownAt(int pid, long boottimeNs) {
    KnownProcess known = processes.get(pid);
    return known != null && mayHaveExisted(known, boottimeNs) ? known : KnownProcess.only(pid);
  }

  /**
   * Whether a process may have existed at the moment of an event. If it began later, it is another
   * process, which got the pid of the one that the event is about.
   */
  private static boolean mayHaveExisted(KnownProcess process, long boottimeNs) {
    return Happening.mayFollow(boottimeNs, process.bornNs());
  }

  /** Removes a process; empty: the last scan reported this exit already. */
  private Optional<Happening> exit(ProcessEvent event) {
    KnownProcess before = processes.get(event.pid());
    boolean isOther = before != null && before.bornNs() > event.boottimeNs();
    if (before == null || isOther) {
      if (event.boottimeNs() <= scannedNs && missing.remove(event.pid())) {
        repeated++;
        return Optional.empty();
      }
      before = KnownProcess.only(event.pid());
    }
    if (!isOther) {
      processes.remove(event.pid());
    }
    // A zombie can still be read, and may have changed its user since it was last read.
    KnownProcess last = read(event.pid());
    KnownProcess known = last != null && last.bornNs() <= event.boottimeNs() ? last : before;
    KnownProcess ended = known.named(event.named()).in(union(known.cgroups(), before.cgroups()));
    return Optional.of(Happening.exit(ended, event.status(), event.boottimeNs()));
  }

  /**
   * The cgroups of a process that has ended: those that it is in as a zombie, and those that it was
   * in before, because a zombie is in the root of each hierarchy of version 1.
   */
  private static Set<String> union(Set<String> now, Set<String> before) {
    if (before.isEmpty()) {
      return now;
    }
    Set<String> both = new HashSet<>(before);
    both.addAll(now);
    return both;
  }

  /**
   * Returns the number of exits since the last call that were pushed although a scan had reported
   * them already.
   */
  int drainRepeated() {
    int drained = repeated;
    repeated = 0;
    return drained;
  }

  /** Reads a process; null: it has vanished. */
  private @Nullable KnownProcess read(int pid) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    try (ProcessRef ref = source.process(pid).orElse(null)) {
      return ref != null && ref.read(IDENTITY, process)
          ? known(pid, process).in(members.of(ref))
          : null;
    }
  }

  private static KnownProcess known(int pid, Record process) {
    return new KnownProcess(
        pid,
        process.get(ProcessRecord.START),
        process.has(ProcessRecord.UID) ? process.get(ProcessRecord.UID) : -1,
        new String(process.bytes(ProcessRecord.COMM), StandardCharsets.ISO_8859_1),
        process.has(ProcessRecord.PPID) ? (int) process.get(ProcessRecord.PPID) : 0,
        Set.of());
  }
}
