package kifs.kernel.procfs.guard;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import kifs.kernel.procfs.scan.CommFile;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.StatColumns;
import kifs.kernel.source.UnreadableProcess;
import org.jspecify.annotations.Nullable;

/**
 * The processes of which a read was left because it waits. A process is here for as long as that
 * read waits: when it ends, the process can be asked again. Reads {@code stat}, which never waits.
 * Thread-safe: the list is, and the scan is guarded by itself.
 */
final class StuckProcesses {
  private final int root;
  private final Scan scan = new Scan();
  private final CopyOnWriteArrayList<Entry> entries = new CopyOnWriteArrayList<>();

  /** A process of which a read was left. Each read has an entry of its own, equal to no other. */
  static final class Entry {
    private final UnreadableProcess process;

    /** When the process started, in clock ticks. It tells processes with one id apart. */
    private final long start;

    Entry(UnreadableProcess process, long start) {
      this.process = process;
      this.start = start;
    }
  }

  /**
   * @param root the open root of /proc
   */
  StuckProcesses(int root) {
    this.root = root;
  }

  /**
   * Since when the process can't be read, boot time in ns; empty if it can, as far as known. Reads
   * nothing unless a process with that id is here.
   *
   * @param dir the open directory of the process, or {@link GuardedReads#BY_ID}
   */
  OptionalLong since(int pid, int dir) {
    for (Entry entry : entries) {
      if (entry.process.pid() == pid && entry.start == start(pid, dir)) {
        return OptionalLong.of(entry.process.sinceNs());
      }
    }
    return OptionalLong.empty();
  }

  Entry add(int pid, int dir, long sinceNs) {
    Entry entry = new Entry(new UnreadableProcess(pid, name(pid, dir), sinceNs), start(pid, dir));
    entries.add(entry);
    return entry;
  }

  void remove(@Nullable Entry entry) {
    entries.remove(entry);
  }

  /** All processes that can't be read now, each once, in the order of their ids. */
  List<UnreadableProcess> list() {
    Map<Integer, UnreadableProcess> first = new TreeMap<>();
    for (Entry entry : entries) {
      first.merge(entry.process.pid(), entry.process, (a, b) -> a.sinceNs() <= b.sinceNs() ? a : b);
    }
    return List.copyOf(first.values());
  }

  /** The letter that {@code stat} shows for a thread; 0: it has vanished. */
  int state(int tid) {
    synchronized (scan) {
      return loadStat(tid, GuardedReads.BY_ID) && StatColumns.seek(scan.cursor, StatColumns.STATE)
          ? scan.cursor.peek()
          : 0;
    }
  }

  /** CPU time of a thread, ns; 0 if the kernel doesn't tell it. */
  long cpuNs(int tid) {
    synchronized (scan) {
      locate(tid, GuardedReads.BY_ID);
      return scan.load(FileName.SCHEDSTAT) > 0 && scan.cursor.number() ? scan.cursor.value() : 0;
    }
  }

  private long start(int pid, int dir) {
    synchronized (scan) {
      return loadStat(pid, dir) ? StatColumns.number(scan.cursor, StatColumns.START_TIME) : -1;
    }
  }

  private String name(int pid, int dir) {
    synchronized (scan) {
      locate(pid, dir);
      return CommFile.read(scan)
          .map(name -> new String(name, StandardCharsets.ISO_8859_1))
          .orElse("");
    }
  }

  private boolean loadStat(int pid, int dir) {
    locate(pid, dir);
    return scan.load(FileName.STAT) >= 0;
  }

  private void locate(int pid, int dir) {
    if (dir == GuardedReads.BY_ID) {
      scan.inEntry(root, pid);
    } else {
      scan.inDirectory(dir);
    }
  }
}
