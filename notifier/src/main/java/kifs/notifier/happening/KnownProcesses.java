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

/**
 * Who is on the host, kept up to date by the kernel's events, so that an exit can be told with the
 * name and owner of a process that nobody can ask any more. Not thread-safe.
 */
final class KnownProcesses {
  private static final long IDENTITY =
      ProcessRecord.START.bit()
          | ProcessRecord.UID.bit()
          | ProcessRecord.COMM.bit()
          | ProcessRecord.PPID.bit();

  private final KernelSource source;
  private final ChunkPool pool;
  private final Map<Integer, KnownProcess> processes = new HashMap<>();

  /** Who was found missing by the last scan; the kernel may tell of that yet. */
  private final Set<Integer> missed = new HashSet<>();

  private long scannedNs = Long.MIN_VALUE;

  KnownProcesses(KernelSource source, ChunkPool pool) {
    this.source = source;
    this.pool = pool;
  }

  /** As if nobody had ever been looked at. */
  void clear() {
    processes.clear();
    missed.clear();
    scannedNs = Long.MIN_VALUE;
  }

  /**
   * Looks at all processes again.
   *
   * @param nowNs the clock's present
   * @param told whether the kernel tells of exits, so that who is missing exited only now
   * @return exits of who was known and isn't there any more; if nothing is told, forks too
   */
  List<Happening> rescan(long nowNs, boolean told) {
    Map<Integer, KnownProcess> now = new HashMap<>();
    Query query =
        Query.of(ProcessRecord.TYPE)
            .withFields(ProcessRecord.TYPE, IDENTITY | ProcessRecord.PID.bit());
    try (BulkBuilder builder = new BulkBuilder(pool, List.of(ProcessRecord.TYPE))) {
      source.collect(query, builder, Cancellation.NEVER);
      builder.forEach(
          ProcessRecord.TYPE,
          process -> {
            KnownProcess known = known((int) process.get(ProcessRecord.PID), process);
            now.put(known.pid(), known);
          });
    }
    List<Happening> happened = new ArrayList<>();
    missed.clear();
    for (KnownProcess before : processes.values()) {
      KnownProcess after = now.get(before.pid());
      // The time of a fork is not exactly the start that /proc shows, but never before it.
      if (after == null || after.bornNs() > before.bornNs()) {
        happened.add(Happening.exit(before, -1, told ? nowNs : scannedNs));
        missed.add(before.pid());
      }
    }
    if (!told && scannedNs != Long.MIN_VALUE) {
      now.values().forEach(after -> forked(after, now).ifPresent(happened::add));
    }
    processes.clear();
    processes.putAll(now);
    scannedNs = nowNs;
    return happened;
  }

  /** The fork that made a process that was not there at the last scan. */
  private Optional<Happening> forked(KnownProcess child, Map<Integer, KnownProcess> now) {
    KnownProcess before = processes.get(child.pid());
    if (before != null && before.bornNs() >= child.bornNs()) {
      return Optional.empty();
    }
    KnownProcess parent = now.getOrDefault(child.parent(), KnownProcess.only(child.parent()));
    return Optional.of(Happening.fork(parent, child.pid(), child.bornNs()));
  }

  /** Takes an event in; what happened, if anybody may wait for it. */
  Optional<Happening> take(ProcessEvent event) {
    return switch (event.kind()) {
      case FORK -> {
        inherit(event);
        KnownProcess parent = knownAt(event.parent(), event.boottimeNs());
        yield Optional.of(Happening.fork(parent, event.pid(), event.boottimeNs()));
      }
      case EXEC, OOM -> {
        refresh(event.pid(), event.boottimeNs());
        KnownProcess process = knownAt(event.pid(), event.boottimeNs());
        yield Optional.of(Happening.of(event.kind(), process, event.boottimeNs()));
      }
      case RENAMED -> {
        refresh(event.pid(), event.boottimeNs());
        yield Optional.empty();
      }
      case EXIT -> exit(event);
      // What is lost is made good by a scan, when there is time for one.
      case LOST -> Optional.empty();
    };
  }

  private void inherit(ProcessEvent fork) {
    if (fork.boottimeNs() <= scannedNs && processes.containsKey(fork.pid())) {
      // The scan saw it later than that, perhaps with another name and user already.
      return;
    }
    KnownProcess parent = processes.get(fork.parent());
    if (parent != null && wasThere(parent, fork.boottimeNs())) {
      processes.put(
          fork.pid(),
          new KnownProcess(
              fork.pid(), fork.boottimeNs(), parent.uid(), parent.comm(), fork.parent()));
    } else {
      refresh(fork.pid(), fork.boottimeNs());
    }
  }

  private void refresh(int pid, long happenedNs) {
    KnownProcess now = read(pid);
    if (now != null && wasThere(now, happenedNs)) {
      processes.put(pid, now);
    }
  }

  /** Who had that id then, as far as that is known. */
  private KnownProcess knownAt(int pid, long boottimeNs) {
    KnownProcess known = processes.get(pid);
    return known != null && wasThere(known, boottimeNs) ? known : KnownProcess.only(pid);
  }

  /** Who began later than what happened has the id of somebody that is gone. */
  private static boolean wasThere(KnownProcess process, long boottimeNs) {
    return Happening.mayFollow(boottimeNs, process.bornNs());
  }

  private Optional<Happening> exit(ProcessEvent event) {
    KnownProcess before = processes.get(event.pid());
    boolean isOther = before != null && before.bornNs() > event.boottimeNs();
    if (before == null || isOther) {
      if (event.boottimeNs() <= scannedNs && missed.remove(event.pid())) {
        return Optional.empty();
      }
      before = KnownProcess.only(event.pid());
    }
    if (!isOther) {
      processes.remove(event.pid());
    }
    // A zombie can still be asked; it may have changed its user since it was last looked at.
    KnownProcess last = read(event.pid());
    boolean isSame = last != null && last.bornNs() <= event.boottimeNs();
    return Optional.of(Happening.exit(isSame ? last : before, event.status(), event.boottimeNs()));
  }

  private KnownProcess read(int pid) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    try (ProcessRef ref = source.process(pid).orElse(null)) {
      return ref != null && ref.read(IDENTITY, process) ? known(pid, process) : null;
    }
  }

  private static KnownProcess known(int pid, Record process) {
    return new KnownProcess(
        pid,
        process.get(ProcessRecord.START),
        process.has(ProcessRecord.UID) ? process.get(ProcessRecord.UID) : -1,
        new String(process.bytes(ProcessRecord.COMM), StandardCharsets.ISO_8859_1),
        process.has(ProcessRecord.PPID) ? (int) process.get(ProcessRecord.PPID) : 0);
  }
}
