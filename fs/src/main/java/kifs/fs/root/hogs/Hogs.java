package kifs.fs.root.hogs;

import static kifs.kernel.record.ProcessRecord.*;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.entity.StaticDirectory;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.ConstantNode;
import kifs.fs.node.text.TextNode;
import kifs.fs.node.text.Values;
import kifs.fs.root.hogs.ProcessTable.Column;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.kernel.record.Record;

/** {@code hogs/}: tables of those that use most of a resource, biggest first. */
public final class Hogs {
  /** The share of a limit of 0, of which any use is too much. */
  private static final String OVER = "over";

  /** Rows of a table, unless the reader asks for another number. */
  static final int ROWS = 100;

  /** The greatest number that a reader can ask for. */
  private static final int MAX_ROWS = 100_000;

  private static final String TOP = "top=";

  /**
   * One table. A table is one entry of {@link #ALL}.
   *
   * @param name the name of the file
   * @param doc one line for the READMEs
   * @param table makes, for one kernel, what writes the table each time that it is read
   */
  public record Hog(String name, String doc, Function<Kernel, HogTable> table) {}

  public static final List<Hog> ALL =
      List.of(
          new Hog(
              "cpu",
              "processes by CPU time, s: since the table was last read, and since they started",
              CpuTable::new),
          new Hog(
              "memory",
              "processes by memory that they keep: resident, swapped out, and in huge pages",
              ProcessTable.of(
                  RSS.bit() | SWAP.bit() | RSS_HUGE.bit(),
                  process -> process.get(RSS) + process.get(SWAP) + process.get(RSS_HUGE),
                  Column.of("RESIDENT", RSS),
                  new Column(
                      "SHARED",
                      RSS_FILE.bit() | RSS_SHMEM.bit(),
                      p -> Long.toString(p.get(RSS_FILE) + p.get(RSS_SHMEM))),
                  Column.of("SWAP", SWAP),
                  Column.of("HUGE", RSS_HUGE))),
          new Hog(
              "memory.growth",
              "processes by growth of resident memory in the last second, bytes/s, and on average",
              RateTable.of(
                  RateTable.Figure.growth("GROWTH/s", "rss.rate"),
                  RateTable.Figure.average("AVERAGE/s", RSS),
                  RateTable.Figure.total("RESIDENT", RSS))),
          new Hog(
              "io",
              "processes by bytes read from and sent to storage, a second, and so far",
              RateTable.of(
                  RateTable.Figure.growth("READ/s", "io.read"),
                  RateTable.Figure.growth("WRITE/s", "io.write"),
                  RateTable.Figure.total("READ", READ),
                  RateTable.Figure.total("WRITE", WRITE))),
          new Hog(
              "threads",
              "processes by threads",
              ProcessTable.of(
                  THREADS.bit(), process -> process.get(THREADS), Column.of("THREADS", THREADS))),
          new Hog(
              "switches",
              "processes by context switches of their threads, a second since the last read",
              SwitchTable::new),
          new Hog(
              "users",
              "users by CPU time and memory of their processes; shared memory counts once",
              kernel -> new SumTable(kernel, "UID", SumTable.BY_USER)),
          new Hog(
              "programs",
              "programs, by the name of the process, likewise",
              kernel -> new SumTable(kernel, "PROGRAM", SumTable.BY_NAME)),
          new Hog(
              "fds",
              "processes by open fds, with the share of their limits; first those over a limit of"
                  + " 0",
              ProcessTable.of(
                  FDS.bit() | FD_LIMIT.bit(),
                  Hogs::rankOfFds,
                  Column.of("FDS", FDS),
                  new Column("LIMIT", FD_LIMIT.bit(), p -> Values.limit(p.get(FD_LIMIT))),
                  new Column("USED", FDS.bit() | FD_LIMIT.bit(), Hogs::used))),
          new Hog(
              "shm",
              "processes by bytes mapped of shared-memory objects, with the bytes resident",
              ProcessTable.of(
                  SHM.bit(),
                  process -> process.get(SHM),
                  Column.of("SHM", SHM),
                  Column.of("RESIDENT", RSS_SHMEM))),
          new Hog(
              "cgroups",
              "cgroups by CPU time since the table was last read, with their memory and threads",
              CgroupTable::new),
          new Hog(
              "locks",
              "threads and processes that hold what others wait for, by the longest wait, s",
              LockTable::new));

  private Hogs() {}

  /** A process that uses more than a limit of 0 comes before the biggest users. */
  private static long rankOfFds(Record process) {
    boolean isOver = process.has(FD_LIMIT) && process.get(FD_LIMIT) == 0 && process.get(FDS) > 0;
    return process.get(FDS) + (isOver ? 1L << Integer.SIZE : 0);
  }

  private static String used(Record process) {
    long limit = process.get(FD_LIMIT);
    return limit == 0 ? OVER : Values.percent(100.0 * process.get(FDS) / limit) + "%";
  }

  /** The names and meanings of the tables, a line each. */
  public static String list() {
    return ALL.stream()
        .map(hog -> "  %-22s %s%n".formatted(hog.name(), hog.doc()))
        .collect(Collectors.joining());
  }

  /** Makes the directory {@code hogs/}. */
  public static Directory directory(Kernel kernel) {
    StaticDirectory files = new StaticDirectory().with("README", new ConstantNode(Hogs::readme));
    for (Hog hog : ALL) {
      HogTable table = hog.table().apply(kernel);
      files.withQueries(
          hog.name(),
          node(kernel, table, ROWS),
          kernel.refusals().in("hogs"),
          query -> node(kernel, table, rows(query)));
    }
    return files;
  }

  private static Node node(Kernel kernel, HogTable table, int rows) {
    return new TextNode(caller -> wide(kernel, table, rows, caller));
  }

  private static int rows(String query) {
    if (!query.startsWith(TOP)) {
      throw new FsException(Errno.ENOENT, "no query " + query + "; only " + TOP + "ROWS");
    }
    String number = query.substring(TOP.length());
    int rows = number.matches("[0-9]{1,6}") ? Integer.parseInt(number) : 0;
    if (rows < 1 || rows > MAX_ROWS) {
      throw new FsException(Errno.EINVAL, "not a number of rows from 1 to " + MAX_ROWS);
    }
    return rows;
  }

  private static String readme() {
    String prose =
        "Tables, biggest first, of at most %d rows; cpu?top=20 has 20. The host is read when a"
            + " table is.%nRates are those of the history's last sample, a hyphen without a"
            + " history.%n%n";
    return prose.formatted(ROWS) + list();
  }

  /** The text of a table, for which every process is read. */
  private static BoundText wide(Kernel kernel, HogTable table, int rows, Caller caller) {
    Viewer viewer = kernel.access().viewer(caller);
    return BoundText.on(kernel.snapshots().wide(viewer), () -> table.text(viewer, rows));
  }
}
