package kifs.fs.root.processes.fds;

import java.util.ArrayList;
import java.util.List;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.bulk.View;
import kifs.fs.node.entity.IdNames;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.TextNode;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.source.ProcessRef;
import org.jspecify.annotations.Nullable;

/**
 * {@code processes/<pid>/fds/}: a file for each open fd, and a bulk of all. Only those who may see
 * the process may enter. Thread-safe.
 */
public final class FdsDirectory implements Directory {
  public static final String NAME = "fds";

  private static final Query BULK = Query.of(FdRecord.TYPE);

  private final Kernel kernel;
  private final int pid;
  private @Nullable Owner owner;

  public FdsDirectory(Kernel kernel, int pid) {
    this.kernel = kernel;
    this.pid = pid;
  }

  @Override
  public synchronized Owner owner() {
    if (owner == null) {
      owner = kernel.ownerOfGuarded(pid);
    }
    return owner;
  }

  @Override
  public int permissions() {
    return kernel.access().guardedDirectoryPermissions();
  }

  /** Refuses a client that may not see the fds. Returns what the client may see. */
  private Viewer require(Caller caller) {
    Viewer viewer = kernel.access().viewer(caller);
    require(viewer);
    return viewer;
  }

  private void require(Viewer viewer) {
    if (!kernel.sees(viewer, pid, FdRecord.TYPE.existence())) {
      throw new FsException(Errno.EACCES, "only those who may see the process may see its fds");
    }
  }

  private ProcessRef bind() {
    return kernel.process(pid);
  }

  @Override
  public Node lookup(String name, Caller caller) {
    require(caller);
    int fd = name.equals("0") ? 0 : IdNames.parse(name);
    if (fd < 0) {
      Node bulk =
          BulkNode.lookup(
              name,
              kernel.refusals().in("processes/" + pid + "/" + NAME),
              () -> new BulkNode.Content(BULK, opener -> kernel.processBulk(pid, require(opener))));
      if (bulk == null) {
        throw new FsException(Errno.ENOENT, name);
      }
      return bulk;
    }
    try (ProcessRef process = bind()) {
      if (!process.hasFd(fd)) {
        throw new FsException(Errno.ENOENT, "no fd " + fd);
      }
    }
    return new TextNode(
        opener -> {
          Viewer viewer = require(opener);
          return new OpenFd(this, viewer, bind(), fd);
        },
        kernel.access().guardedPermissions(),
        this::owner);
  }

  /**
   * The text of one fd. The process may close the fd and use its number again while this file is
   * open. Then the text describes the new fd.
   */
  private record OpenFd(FdsDirectory directory, Viewer viewer, ProcessRef process, int fd)
      implements BoundText {
    @Override
    public String text() {
      String[] line = new String[1];
      Bulk bulk =
          directory
              .kernel
              .snapshots()
              .take(
                  BULK,
                  (query, into, cancellation) -> process.collectFd(fd, into),
                  new View(Viewer.OF_ALL, 0));
      bulk.forEach(FdRecord.TYPE, record -> line[0] = FdLine.of(record, bulk));
      bulk.release();
      directory.require(viewer);
      return line[0] + "\n";
    }

    @Override
    public void close() {
      process.close();
    }
  }

  @Override
  public boolean lasts(String name) {
    return name.startsWith(BulkNode.NAME);
  }

  @Override
  public List<Entry> list(Caller caller) {
    require(caller);
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(BulkNode.NAME, Kind.FILE));
    try (ProcessRef process = bind()) {
      // If the kernel refuses the list of fds, the directory is empty and not an error: crawlers
      // like find(1) would complain about every such process.
      for (int fd : process.fds()) {
        entries.add(new Entry(Integer.toString(fd), Kind.FILE));
      }
    }
    return entries;
  }
}
