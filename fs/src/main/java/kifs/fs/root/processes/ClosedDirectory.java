package kifs.fs.root.processes;

import java.util.List;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;

/** The directory of a process that the client may not enter, see {@code hidepid=noaccess}. */
final class ClosedDirectory implements Directory {
  @Override
  public Node lookup(String name, Caller caller) {
    throw closed();
  }

  @Override
  public List<Entry> list(Caller caller) {
    throw closed();
  }

  /** The same error as in /proc. */
  private static FsException closed() {
    return new FsException(Errno.EPERM, "the process is another's, and hidepid= is set");
  }
}
