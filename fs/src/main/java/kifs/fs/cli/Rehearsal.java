package kifs.fs.cli;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import kifs.fs.cli.command.Kifs;
import kifs.fs.daemon.Daemon;
import kifs.fs.daemon.Libraries;
import kifs.fs.daemon.LogFile;
import kifs.fs.daemon.StartTimes;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.fs.tree.Tree;
import picocli.CommandLine;

/**
 * Does what a start and the first reads of the tree do, except the mount, and what the commands of
 * {@code kifs} do. The build runs this program to learn which classes they load. It needs no
 * privileges, and uses whichever source it may.
 */
final class Rehearsal {
  private static final List<String> FILES = List.of("about", "bulk", "system/bulk", "system/load");
  private static final int READ_BYTES = 128 * 1024;

  private Rehearsal() {}

  public static void main(String[] arguments) throws Exception {
    Libraries libraries = Libraries.bind();
    StartTimes times = new StartTimes();
    Main main = new Main(times, libraries, List.of());
    new CommandLine(main).parseArgs("/");
    // A log file is set, as mount.sh does. It is /dev/null, so that the build's output has no
    // messages of a daemon.
    LogFile.open(Path.of("/dev/null"));
    Daemon daemon =
        Daemon.open(
            "auto",
            main.transport(),
            libraries,
            times,
            main.options(),
            main.access(),
            main.historyNs());
    for (String file : FILES) {
      read(daemon.tree(), "/" + file);
    }
    daemon.rehearse();
    byte[] bulk = read(daemon.tree(), "/system/bulk");
    daemon.stop();
    Kifs.rehearse(bulk);
    System.exit(0);
  }

  /** The first bytes of a file. */
  private static byte[] read(Tree tree, String path) {
    FileNode node = (FileNode) tree.resolve(path, Daemon.SELF);
    OpenFile file = node.open(Daemon.SELF, new OpenMode(false, false)).join();
    file.prepare(0, false).join();
    ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    file.read(0, buffer);
    file.release();
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
