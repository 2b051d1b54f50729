package kifs.fs.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import kifs.fs.access.AccessOptions;
import kifs.fs.access.HidePid;
import kifs.fs.daemon.Daemon;
import kifs.fs.daemon.Libraries;
import kifs.fs.daemon.LogFile;
import kifs.fs.daemon.ProcessName;
import kifs.fs.daemon.Signals;
import kifs.fs.daemon.StartTimes;
import kifs.fs.daemon.Supervisor;
import kifs.fs.daemon.TransportOption;
import kifs.fs.daemon.Version;
import kifs.fs.transport.Transport.MountException;
import kifs.notifier.NotifierOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command line of the daemon. It mounts the tree, prints one line, and serves until the tree is
 * unmounted.
 */
@Command(
    name = "kifs",
    description = "Mounts a filesystem that shows a running kernel; serves it in the foreground.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionLine.class,
    sortOptions = false)
public final class Main implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private static final String CONFIG = "--config";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MOUNTPOINT", description = "An empty directory.")
  private Path mountpoint;

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      defaultValue = "auto",
      description = "Where the data comes from: auto, bpf, procfs, simulated:FILE or capture:FILE.")
  private String source;

  @Option(
      names = "--transport",
      paramLabel = "HOW",
      defaultValue = TransportOption.AUTO,
      description =
          "How the tree is served: auto, direct or jnr-fuse (default: jnr-fuse if libfuse 2 is"
              + " installed, else direct).")
  private String transport;

  @Option(
      names = "--fd",
      paramLabel = "N",
      description =
          "Serve a tree that is already mounted at MOUNTPOINT, by this descriptor of /dev/fuse.")
  private @Nullable Integer fd;

  @Option(
      names = "--tick",
      paramLabel = "TIME",
      defaultValue = "100ms",
      converter = Converters.Tick.class,
      description = "The shortest time between two samples, in ms or s (default: 100ms).")
  private Long tickNs;

  @Option(
      names = "--history",
      paramLabel = "TIME",
      defaultValue = "1s",
      converter = Converters.Interval.class,
      description =
          "The time between two samples of what is usual, in ms or s, or off (default: 1s).")
  private Long historyNs;

  @Option(
      names = "--waiters",
      paramLabel = "N",
      defaultValue = "16384",
      description = "Maximum number of waiters; further ones get EAGAIN (default: 16384).")
  private int waiters;

  @Option(
      names = "--user-waiters",
      paramLabel = "N",
      defaultValue = "8192",
      description = "Maximum number of waiters of one user (default: 8192).")
  private int userWaiters;

  @Option(
      names = {"--private", "--only-root"},
      description = "Only root may enter the tree (default: everybody, see docs/access.md).")
  private boolean isPrivate;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      converter = Converters.Group.class,
      description = "Members of this group, a name or an id, see everything.")
  private @Nullable Long group;

  @Option(
      names = "--hidepid",
      paramLabel = "HOW",
      defaultValue = "off",
      converter = Converters.Hiding.class,
      description =
          "Hide processes of others as /proc does: off, noaccess, invisible (or 0, 1, 2).")
  private HidePid hidePid;

  @Option(names = "--lock-memory", description = "Keep the daemon's memory from being swapped out.")
  private boolean lockMemory;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Read further options from a file, one `option = value` a line; those of the command"
              + " line come first.")
  private @Nullable Path config;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "Where to append the log (default: standard error).")
  private @Nullable Path log;

  private final StartTimes times;
  private final Libraries libraries;

  /** The arguments of the command line, which a reload parses again. */
  private final List<String> arguments;

  @SuppressWarnings("NullAway.Init") // picocli sets the options before it calls the command.
  Main(StartTimes times, Libraries libraries, List<String> arguments) {
    this.times = times;
    this.libraries = libraries;
    this.arguments = arguments;
  }

  public static void main(String[] arguments) {
    Main main = new Main(new StartTimes(), Libraries.bind(), List.of(arguments));
    System.exit(main.run());
  }

  private int run() {
    CommandLine line = new CommandLine(this);
    try {
      return line.execute(allArguments(line));
    } catch (IOException e) {
      return misuse("can't read the configuration: " + e);
    } catch (ConfigFile.BadLineException e) {
      return misuse(e.getMessage());
    }
  }

  /**
   * The arguments, preceded by the options of the configuration file if they name one. The last
   * value of an option counts.
   *
   * @param line the command line of this object
   */
  private String[] allArguments(CommandLine line) throws IOException, ConfigFile.BadLineException {
    List<String> all = new ArrayList<>();
    if (arguments.stream().anyMatch(argument -> argument.startsWith(CONFIG))) {
      Path file = findConfig(line);
      if (file != null) {
        line.setOverwrittenOptionsAllowed(true);
        all.addAll(new ConfigFile(file, line).arguments());
      }
    }
    all.addAll(arguments);
    return all.toArray(String[]::new);
  }

  /** The configuration file that the arguments name; null also if they are wrong. */
  private @Nullable Path findConfig(CommandLine line) {
    try {
      line.parseArgs(arguments.toArray(String[]::new));
      return config;
    } catch (ParameterException e) {
      // When the command is executed, picocli reports it.
      return null;
    }
  }

  /**
   * Reads the configuration again.
   *
   * @return the options as they would be if the daemon was started now
   * @throws ParameterException if an option is wrong
   */
  Main again() throws IOException, ConfigFile.BadLineException {
    Main again = new Main(times, libraries, arguments);
    CommandLine line = new CommandLine(again);
    line.parseArgs(again.allArguments(line));
    return again;
  }

  CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() throws InterruptedException {
    LogFile logFile;
    try {
      logFile = LogFile.open(log);
    } catch (IOException e) {
      return fail("can't write the log: " + e);
    }
    // The shutdown hook unmounts.
    Signals.handle("TERM", () -> System.exit(0));
    Signals.handle("INT", () -> System.exit(0));
    Signals.handle("HUP", logFile::reopen);
    // Some programs send these to every daemon. Both would end the JVM without an unmount.
    Signals.ignore("USR1");
    Signals.ignore("USR2");
    Daemon daemon;
    try {
      ProcessName.set();
      daemon = Daemon.open(source, transport(), libraries, times, options(), access(), historyNs);
    } catch (NoSuchFileException e) {
      return misuse(e.getMessage() + ": no such file");
    } catch (IllegalArgumentException e) {
      return misuse(e.getMessage());
    } catch (IOException e) {
      return fail(e.getMessage());
    }
    return serve(daemon, logFile);
  }

  private int serve(Daemon daemon, LogFile logFile) throws InterruptedException {
    Supervisor supervisor = Supervisor.of(System.getenv());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  supervisor.stopping();
                  daemon.stop();
                },
                "kifs-stop"));
    if (lockMemory) {
      daemon.lockMemory();
    }
    Path directory = real(mountpoint);
    try {
      daemon.mount(directory);
    } catch (MountException e) {
      return fail(e.getMessage());
    }
    System.out.println(daemon.announcement());
    LOG.info("{}", times);
    supervisor.ready(daemon.announcement());
    supervisor.watch(directory);
    Signals.handle(
        "HUP",
        () -> {
          supervisor.reloading();
          logFile.reopen();
          Reload.run(this, daemon);
          supervisor.ready(daemon.announcement());
        });
    daemon.awaitEnd();
    return 0;
  }

  NotifierOptions options() {
    if (waiters < 0 || userWaiters < 0) {
      throw new IllegalArgumentException("the number of waiters can't be negative");
    }
    return new NotifierOptions(tickNs, waiters, userWaiters);
  }

  TransportOption transport() {
    return TransportOption.of(transport, fd);
  }

  long historyNs() {
    return historyNs;
  }

  AccessOptions access() {
    OptionalLong admitted = group == null ? OptionalLong.empty() : OptionalLong.of(group);
    return new AccessOptions(isPrivate, admitted, hidePid);
  }

  /**
   * The path that the kernel's table of mounts has. A dead mount can't be accessed, so its path
   * comes from its parent.
   */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      return absolute.toRealPath();
    } catch (IOException e) {
      return realByParent(absolute);
    }
  }

  private static Path realByParent(Path absolute) {
    try {
      Path parent = absolute.getParent();
      return parent == null ? absolute : parent.toRealPath().resolve(absolute.getFileName());
    } catch (IOException e) {
      // The mount will fail with a better message.
      return absolute;
    }
  }

  /** Prints what is wrong with an argument. */
  private static int misuse(@Nullable String message) {
    fail(message);
    return CommandLine.ExitCode.USAGE;
  }

  private static int fail(@Nullable String message) {
    System.err.println("kifs: " + message);
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** The output of {@code --version}. */
  static final class VersionLine implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"kifs " + Version.text()};
    }
  }
}
