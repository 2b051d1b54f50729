package kifs.kernel.procfs.locks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.procfs.process.StatusFile;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.ProcessList;
import kifs.kernel.procfs.scan.Scan;
import org.jspecify.annotations.Nullable;

/**
 * Translates thread ids of other pid namespaces. A lock word holds its owner's id in the owner's
 * own namespace. Results are remembered until {@link #refresh}. Not thread-safe.
 */
final class PidNamespaces {
  private final Scan scan;
  private final int root;
  private final String own;

  /** Maps a process to its namespace, or to "" if the namespace can't be read. */
  private final Map<Integer, String> ofProcess = new HashMap<>();

  /** Maps a namespace, or a namespace and a process, to the threads in it by their ids there. */
  private final Map<String, Map<Integer, ThreadId>> threads = new HashMap<>();

  /** The namespaces that processes are in, other than our own; null: not found yet. */
  private @Nullable Set<String> others;

  PidNamespaces(Scan scan, int root) {
    this.scan = scan;
    this.root = root;
    scan.inDirectory(root);
    own = link(FileName.SELF_NS_PID);
  }

  /** Forgets all results. */
  void refresh() {
    ofProcess.clear();
    threads.clear();
    others = null;
  }

  /**
   * Whether a process is in our own pid namespace, so that ids mean the same to both. The answer is
   * yes if a namespace can't be read.
   */
  boolean isOurs(int pid) {
    String namespace = of(pid);
    return namespace.isEmpty() || own.isEmpty() || namespace.equals(own);
  }

  /**
   * Finds a thread by its id in the namespace of a process.
   *
   * @param anywhere whether the thread may be of any process in that namespace. If not, it must be
   *     of the given process
   */
  Optional<ThreadId> find(int pid, int tid, boolean anywhere) {
    Map<Integer, ThreadId> known =
        anywhere
            ? threads.computeIfAbsent(of(pid), this::all)
            : threads.computeIfAbsent(of(pid) + "/" + pid, key -> siblings(pid));
    return Optional.ofNullable(known.get(tid));
  }

  /** Finds all threads that their own namespaces know by an id. */
  List<ThreadId> named(int tid) {
    List<ThreadId> found = new ArrayList<>();
    scan.inEntry(root, tid);
    int process = scan.load(FileName.STATUS) < 0 ? -1 : StatusFile.tgid(scan.cursor);
    if (process > 0 && isOurs(process)) {
      found.add(new ThreadId(process, tid));
    }
    for (String namespace : others()) {
      ThreadId thread = threads.computeIfAbsent(namespace, this::all).get(tid);
      if (thread != null) {
        found.add(thread);
      }
    }
    return found;
  }

  /** The namespaces of all processes, without our own. */
  private Set<String> others() {
    if (others == null) {
      Set<String> found = new TreeSet<>();
      for (int pid : pids()) {
        if (!isOurs(pid)) {
          found.add(of(pid));
        }
      }
      others = found;
    }
    return others;
  }

  private int[] pids() {
    IdList pids = new IdList();
    new ProcessList(root).read(scan, pids);
    return pids.toArray();
  }

  private String of(int pid) {
    return ofProcess.computeIfAbsent(
        pid,
        p -> {
          scan.inEntry(root, p);
          return link(FileName.NS_PID);
        });
  }

  private String link(FileName name) {
    int length = scan.readLink(name);
    return length < 0 ? "" : new String(scan.cursor.bytes(), 0, length, StandardCharsets.US_ASCII);
  }

  private Map<Integer, ThreadId> all(String namespace) {
    Map<Integer, ThreadId> found = new HashMap<>();
    for (int pid : pids()) {
      if (of(pid).equals(namespace)) {
        found.putAll(siblings(pid));
      }
    }
    return found;
  }

  private Map<Integer, ThreadId> siblings(int pid) {
    Map<Integer, ThreadId> found = new HashMap<>();
    scan.inEntry(root, pid);
    int tasks = scan.openDirectory(FileName.TASK);
    if (tasks < 0) {
      return found;
    }
    IdList tids = new IdList();
    scan.numbers(tasks, tids);
    for (int i = 0; i < tids.size(); i++) {
      scan.inEntry(tasks, tids.get(i));
      if (scan.load(FileName.STATUS) >= 0) {
        int id = StatusFile.ownTid(scan.cursor);
        if (id > 0) {
          found.put(id, new ThreadId(pid, tids.get(i)));
        }
      }
    }
    Syscalls.close(tasks);
    return found;
  }
}
