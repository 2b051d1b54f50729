package kifs.kernel.procfs.locks;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.blocked.BlockedCall;
import kifs.kernel.locks.blocked.SingleWait;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.procfs.guard.GuardedReads;
import kifs.kernel.procfs.process.WaitReader;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import org.jspecify.annotations.Nullable;

/**
 * Fills the wait fields of a THREAD record from the facts of that thread alone, without a graph of
 * all waits. Thread-safe.
 */
public final class WaitClassifier implements WaitReader {
  private static final Found NOTHING = new Found(null, true);

  /** Instead of a wait: the process is unreadable. */
  private static final Found UNREADABLE = new Found(null, false);

  private final int root;
  private final GuardedReads guard;
  private final String namespace;

  /**
   * @param root the open root of /proc, in which threads of other processes are found
   * @param guard reads the memory of processes
   */
  public WaitClassifier(int root, GuardedReads guard) {
    this.root = root;
    this.guard = guard;
    Scan scan = new Scan();
    scan.inDirectory(root);
    this.namespace = link(scan, FileName.SELF_NS_PID);
  }

  @Override
  public void read(Scan scan, long fields, Record into) {
    long state = into.get(ThreadRecord.STATE);
    Found found = NOTHING;
    if ((state == 'S' || state == 'D') && CallReader.mayWait(scan.syscall)) {
      int pid = (int) into.get(ThreadRecord.PID);
      int tid = (int) into.get(ThreadRecord.TID);
      found =
          guard.read(
              pid,
              GuardedReads.BY_ID,
              UNREADABLE,
              (own, dir) -> new Found(classify(own, pid, tid), true));
    }
    if (!found.readable) {
      into.addFlag(Record.INCOMPLETE);
    } else if (scan.exists(FileName.STAT)) {
      // The thread was found by its id. As it still exists, the id was its own all the time.
      SingleWait.put(found.of, fields, into);
    }
  }

  /**
   * What was found out about a thread.
   *
   * @param of what it waits for; null: nothing that is known
   * @param readable whether its process could be read
   */
  private record Found(@Nullable SingleWait of, boolean readable) {}

  private @Nullable SingleWait classify(Scan scan, int pid, int tid) {
    int process = scan.bind(root, pid);
    if (process < 0) {
      return null;
    }
    scan.inTask(process, tid);
    try (ThreadFiles files = new ThreadFiles(scan)) {
      boolean read = scan.load(FileName.SYSCALL) >= 0 && scan.syscall.parse(scan.cursor);
      BlockedCall call = read ? CallReader.read(scan, pid, tid, scan.syscall, files) : null;
      return call == null ? null : SingleWait.of(call, new Threads(scan, pid));
    } finally {
      Syscalls.close(process);
    }
  }

  /** Opens the files of a process in the directory of its thread, which has them, too. */
  private static final class ThreadFiles implements CallReader.Process, AutoCloseable {
    private final Scan scan;
    private int memory = -Syscalls.ENOENT;

    ThreadFiles(Scan scan) {
      this.scan = scan;
    }

    @Override
    public int memory() {
      memory = memory < 0 ? scan.open(FileName.MEM) : memory;
      return memory;
    }

    @Override
    public int auxv() {
      return scan.open(FileName.AUXV);
    }

    @Override
    public void close() {
      if (memory >= 0) {
        Syscalls.close(memory);
      }
    }
  }

  /** Finds threads while the names of a scan are relative to the waiting thread. */
  private final class Threads implements SingleWait.Threads {
    private final Scan scan;
    private final int pid;

    Threads(Scan scan, int pid) {
      this.scan = scan;
      this.pid = pid;
    }

    @Override
    public int find(int tid, boolean anywhere) {
      return owner(scan, pid, tid, anywhere);
    }

    @Override
    public int sharer(int tid, long word) {
      // Names of the given scan must stay relative to the thread.
      Scan own = new Scan();
      PidNamespaces namespaces = new PidNamespaces(own, root);
      return new SharedOwners(namespaces, of -> GuardedMappings.read(own, guard, root, of))
          .find(pid, word, tid)
          .map(ThreadId::tid)
          .orElse(0);
    }

    @Override
    public int vforkChild(ThreadId parent) {
      return guard.isLive() ? VforkChild.of(scan, parent.tid()).orElse(0) : 0;
    }
  }

  /** The owner's id in our namespace; 0 if there is no such thread. */
  private int owner(Scan scan, int pid, int tid, boolean anywhere) {
    String ownerNamespace = namespace.isEmpty() ? "" : link(scan, FileName.NS_PID);
    boolean foreign = !ownerNamespace.isEmpty() && !ownerNamespace.equals(namespace);
    if (foreign) {
      // Uses a new scan, because names of the given one must stay relative to the thread. The case
      // is rare, so the cost of a new scan doesn't matter.
      Optional<ThreadId> found = new PidNamespaces(new Scan(), root).find(pid, tid, anywhere);
      return found.map(ThreadId::tid).orElse(0);
    }
    return scan.hasSibling(tid) || anywhere && scan.existsIn(root, tid) ? tid : 0;
  }

  private static String link(Scan scan, FileName name) {
    int length = scan.readLink(name);
    return length < 0 ? "" : new String(scan.cursor.bytes(), 0, length, StandardCharsets.US_ASCII);
  }
}
