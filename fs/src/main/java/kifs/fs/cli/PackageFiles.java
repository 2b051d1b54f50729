package kifs.fs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kifs.fs.cli.command.Kifs;
import kifs.fs.daemon.Libraries;
import kifs.fs.daemon.StartTimes;
import kifs.fs.daemon.Version;
import kifs.kernel.schema.CHeader;
import kifs.kernel.schema.PythonModule;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * Writes the files of a package that are made from the program's own tables, so that none of them
 * can be stale. The build of packages runs this program.
 */
final class PackageFiles {
  private PackageFiles() {}

  /**
   * @param arguments the directory into which the files are written
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    CommandLine daemon = daemon();
    write(directory, "kifs.1", Manuals.command(daemon));
    write(directory, "kifs.5", Manuals.tree());
    write(directory, "kifs.conf.5", Manuals.configuration(daemon));
    write(directory, "kifs.conf", Manuals.template(daemon));
    write(directory, "kifs.h", CHeader.text());
    write(directory, "kifs.py", PythonModule.text());
    write(directory, "completion", AutoComplete.bash("kifs", Kifs.commandLine()));
    write(directory, "version", Version.text() + "\n");
  }

  /** The command line of the daemon, to look at its options. */
  static CommandLine daemon() {
    return new CommandLine(new Main(new StartTimes(), Libraries.bind(), List.of()));
  }

  private static void write(Path directory, String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }
}
