package kifs.fs.root.processes.fds;

import java.util.ArrayList;
import java.util.List;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.bulk.EntityBulk;
import kifs.fs.node.entity.IdNames;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.TextNode;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.source.ProcessRef;

/** {@code processes/<pid>/fds/}: a file for each open fd, and a bulk of all. */
public final class FdsDirectory implements Directory {
  public static final String NAME = "fds";

  private static final Query BULK = Query.of(FdRecord.TYPE);

  private final Kernel kernel;
  private final int pid;
  private final Owner owner;

  public FdsDirectory(Kernel kernel, int pid, Owner owner) {
    this.kernel = kernel;
    this.pid = pid;
    this.owner = owner;
  }

  @Override
  public Owner owner() {
    return owner;
  }

  private ProcessRef bind() {
    return kernel.process(pid);
  }

  @Override
  public Node lookup(String name) {
    int fd = name.equals("0") ? 0 : IdNames.parse(name);
    if (fd < 0) {
      Node bulk =
          BulkNode.lookup(
              name,
              () -> new BulkNode.Content(BULK, () -> EntityBulk.of(kernel.snapshots(), bind())));
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
    return new TextNode(() -> new OpenFd(kernel, bind(), fd));
  }

  /**
   * The text of one fd. The process may close the fd and use its number again while this file is
   * open. Then the text describes the new fd.
   */
  private record OpenFd(Kernel kernel, ProcessRef process, int fd) implements BoundText {
    @Override
    public String text() {
      String[] line = new String[1];
      Bulk bulk =
          kernel.snapshots().take(BULK, (query, into, cancellation) -> process.collectFd(fd, into));
      bulk.forEach(FdRecord.TYPE, record -> line[0] = FdLine.of(record, bulk));
      bulk.release();
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
  public List<Entry> list() {
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
