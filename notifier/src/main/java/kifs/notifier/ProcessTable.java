package kifs.notifier;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** A process that has exited; status as in {@link ProcessEvent}. */
  record Exited(Known process, int status) {}

  private final KernelSource source;
  private final ChunkPool pool;
  private final Map<Integer, Known> processes = new HashMap<>();

  ProcessTable(KernelSource source, ChunkPool pool) {
    this.source = source;
    this.pool = pool;
  }

  /**
   * Looks at all processes again.
   *
   * @return who was known and isn't there any more
   */
  List<Exited> rescan() {
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
    for (Known before : processes.values()) {
      Known after = now.get(before.pid());
      if (after == null || after.bornNs() != before.bornNs()) {
        exited.add(new Exited(before, -1));
      }
    }
    processes.clear();
    processes.putAll(now);
    return exited;
  }

  /** Takes an event in; the exits that it tells of. */
  List<Exited> take(ProcessEvent event) {
    switch (event.kind()) {
      case FORK -> inherit(event);
      case EXEC, RENAMED -> refresh(event.pid());
      case EXIT -> {
        return List.of(exit(event));
      }
      case LOST -> {
        return rescan();
      }
    }
    return List.of();
  }

  private void inherit(ProcessEvent fork) {
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

  private Exited exit(ProcessEvent event) {
    // A zombie can still be asked; it may have changed its user since it was last looked at.
    Known last = read(event.pid());
    Known before = processes.remove(event.pid());
    if (last == null) {
      last = before != null ? before : new Known(event.pid(), 0, -1, "");
    }
    return new Exited(last, event.status());
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
