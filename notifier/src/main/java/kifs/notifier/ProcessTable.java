package kifs.notifier;

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
import kifs.kernel.bulk.Query;
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
final class ProcessTable {
  private static final long IDENTITY =
      ProcessRecord.START.bit() | ProcessRecord.UID.bit() | ProcessRecord.COMM.bit();

  /** A process as it was last seen. */
  record Known(int pid, long bornNs, long uid, String comm) {}

  /**
   * A process that has exited.
   *
   * @param status as in {@link ProcessEvent}
   * @param boottimeNs when; if it was just found missing, when it was last there
   */
  record Exited(Known process, int status, long boottimeNs) {}

  private final KernelSource source;
  private final ChunkPool pool;
  private final Map<Integer, Known> processes = new HashMap<>();

  /** Who was found missing by the last scan; the kernel may tell of that yet. */
  private final Set<Integer> missed = new HashSet<>();

  private long scannedNs = Long.MIN_VALUE;

  ProcessTable(KernelSource source, ChunkPool pool) {
    this.source = source;
    this.pool = pool;
  }

  /**
   * Looks at all processes again.
   *
   * @param nowNs the clock's present
   * @param told whether the kernel tells of exits, so that who is missing exited only now
   * @return who was known and isn't there any more
   */
  List<Exited> rescan(long nowNs, boolean told) {
    Map<Integer, Known> now = new HashMap<>();
    Query query =
        Query.of(ProcessRecord.TYPE)
            .withFields(ProcessRecord.TYPE, IDENTITY | ProcessRecord.PID.bit());
    try (BulkBuilder builder = new BulkBuilder(pool, List.of(ProcessRecord.TYPE))) {
      source.collect(query, builder, Cancellation.NEVER);
      builder.forEach(
          ProcessRecord.TYPE,
          process -> {
            Known known = known((int) process.get(ProcessRecord.PID), process);
            now.put(known.pid(), known);
          });
    }
    List<Exited> exited = new ArrayList<>();
    missed.clear();
    for (Known before : processes.values()) {
      Known after = now.get(before.pid());
      // The time of a fork is not exactly the start that /proc shows, but never before it.
      if (after == null || after.bornNs() > before.bornNs()) {
        exited.add(new Exited(before, -1, told ? nowNs : scannedNs));
        missed.add(before.pid());
      }
    }
    processes.clear();
    processes.putAll(now);
    scannedNs = nowNs;
    return exited;
  }

  /** Takes an event in; the exit that it tells of. */
  Optional<Exited> take(ProcessEvent event) {
    switch (event.kind()) {
      case FORK -> inherit(event);
      case EXEC, RENAMED -> refresh(event.pid());
      case EXIT -> {
        return exit(event);
      }
      case LOST -> {
        // What is lost is made good by a scan, when there is time for one.
      }
    }
    return Optional.empty();
  }

  private void inherit(ProcessEvent fork) {
    if (fork.boottimeNs() <= scannedNs && processes.containsKey(fork.pid())) {
      // The scan saw it later than that, perhaps with another name and user already.
      return;
    }
    Known parent = processes.get(fork.parent());
    if (parent != null) {
      processes.put(
          fork.pid(), new Known(fork.pid(), fork.boottimeNs(), parent.uid(), parent.comm()));
    } else {
      refresh(fork.pid());
    }
  }

  private void refresh(int pid) {
    Known now = read(pid);
    if (now != null) {
      processes.put(pid, now);
    }
  }

  private Optional<Exited> exit(ProcessEvent event) {
    Known before = processes.get(event.pid());
    boolean isOther = before != null && before.bornNs() > event.boottimeNs();
    if (before == null || isOther) {
      if (event.boottimeNs() <= scannedNs && missed.remove(event.pid())) {
        return Optional.empty();
      }
      before = new Known(event.pid(), 0, -1, "");
    }
    if (!isOther) {
      processes.remove(event.pid());
    }
    // A zombie can still be asked; it may have changed its user since it was last looked at.
    Known last = read(event.pid());
    boolean isSame = last != null && last.bornNs() <= event.boottimeNs();
    return Optional.of(new Exited(isSame ? last : before, event.status(), event.boottimeNs()));
  }

  private Known read(int pid) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    try (ProcessRef ref = source.process(pid).orElse(null)) {
      return ref != null && ref.read(IDENTITY, process) ? known(pid, process) : null;
    }
  }

  private static Known known(int pid, Record process) {
    return new Known(
        pid,
        process.get(ProcessRecord.START),
        process.has(ProcessRecord.UID) ? process.get(ProcessRecord.UID) : -1,
        new String(process.bytes(ProcessRecord.COMM), StandardCharsets.ISO_8859_1));
  }
}
