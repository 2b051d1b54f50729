package kifs.fs.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import kifs.fs.access.AccessOptions;
import kifs.fs.access.HidePid;
import kifs.fs.daemon.Daemon;
import kifs.fs.daemon.Libraries;
import kifs.fs.daemon.LogFile;
import kifs.fs.daemon.ProcessName;
import kifs.fs.daemon.Signals;
import kifs.fs.daemon.StartTimes;
import kifs.fs.daemon.Version;
import kifs.fs.transport.Transport.MountException;
import kifs.notifier.NotifierOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

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

  @Parameters(paramLabel = "MOUNTPOINT", description = "An empty directory.")
  private Path mountpoint;

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      defaultValue = "auto",
      description = "Where the data comes from: auto, bpf, procfs, simulated:FILE or capture:FILE.")
  private String source;

  @Option(
      names = "--tick",
      paramLabel = "TIME",
      defaultValue = "100ms",
      converter = Tick.class,
      description = "The shortest time between two samples, in ms or s (default: 100ms).")
  private Long tickNs;

  @Option(
      names = "--history",
      paramLabel = "TIME",
      defaultValue = "1s",
      converter = Interval.class,
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
      names = "--private",
      description = "Only root may enter the tree (default: everybody, see docs/access.md).")
  private boolean isPrivate;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      converter = Group.class,
      description = "Members of this group, a name or an id, see everything.")
  private @Nullable Long group;

  @Option(
      names = "--hidepid",
      paramLabel = "HOW",
      defaultValue = "off",
      converter = Hiding.class,
      description =
          "Hide processes of others as /proc does: off, noaccess, invisible (or 0, 1, 2).")
  private HidePid hidePid;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "Where to append the log (default: standard error).")
  private @Nullable Path log;

  private final StartTimes times;
  private final Libraries libraries;

  @SuppressWarnings("NullAway.Init") // picocli sets the options before it calls the command.
  Main(StartTimes times, Libraries libraries) {
    this.times = times;
    this.libraries = libraries;
  }

  public static void main(String[] arguments) {
    Main main = new Main(new StartTimes(), Libraries.bind());
    int status = new CommandLine(main).execute(arguments);
    System.exit(status);
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      handleSignals(LogFile.open(log));
    } catch (IOException e) {
      return fail("can't write the log: " + e);
    }
    Daemon daemon;
    try {
      ProcessName.set();
      daemon = Daemon.open(source, libraries, times, options(), access(), historyNs);
    } catch (NoSuchFileException e) {
      return misuse(e.getMessage() + ": no such file");
    } catch (IllegalArgumentException e) {
      return misuse(e.getMessage());
    } catch (IOException e) {
      return fail(e.getMessage());
    }
    Runtime.getRuntime().addShutdownHook(new Thread(daemon::stop, "kifs-stop"));
    try {
      daemon.mount(real(mountpoint));
    } catch (MountException e) {
      return fail(e.getMessage());
    }
    System.out.println(daemon.announcement());
    LOG.info("{}", times);
    daemon.awaitEnd();
    return 0;
  }

  /**
   * SIGTERM and SIGINT unmount, which is what they are for, so the status is 0. SIGHUP opens the
   * log again. Some programs send SIGUSR1 and SIGUSR2 to every daemon; both would end the JVM
   * without an unmount.
   */
  private static void handleSignals(LogFile log) {
    // The shutdown hook unmounts.
    Signals.handle("TERM", () -> System.exit(0));
    Signals.handle("INT", () -> System.exit(0));
    Signals.handle("HUP", log::reopen);
    Signals.ignore("USR1");
    Signals.ignore("USR2");
  }

  NotifierOptions options() {
    if (waiters < 0 || userWaiters < 0) {
      throw new IllegalArgumentException("the number of waiters can't be negative");
    }
    return new NotifierOptions(tickNs, waiters, userWaiters);
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

  /** Converts {@code 100ms} or {@code 2s} to ns. */
  static final class Tick implements ITypeConverter<Long> {
    private static final long MIN_MS = 1;
    private static final long MAX_MS = 60_000;

    @Override
    public Long convert(String text) {
      String digits = text.replaceFirst("(ms|s)$", "");
      if (digits.equals(text) || !digits.matches("[0-9]{1,6}")) {
        throw new TypeConversionException("not a time in ms or s: " + text);
      }
      long ms = Long.parseLong(digits) * (text.endsWith("ms") ? 1 : 1000);
      if (ms < MIN_MS || ms > MAX_MS) {
        throw new TypeConversionException("not between 1ms and 60s: " + text);
      }
      return TimeUnit.MILLISECONDS.toNanos(ms);
    }
  }

  /** Converts {@code 1s} to ns, and {@code off} to 0. */
  static final class Interval implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return text.equals("off") ? Long.valueOf(0) : new Tick().convert(text);
    }
  }

  /** Converts the name or the id of a group to its id. */
  static final class Group implements ITypeConverter<Long> {
    private static final Path GROUPS = Path.of("/etc/group");

    @Override
    public Long convert(String text) throws IOException {
      if (text.matches("[0-9]{1,9}")) {
        return Long.valueOf(text);
      }
      for (String line : Files.readAllLines(GROUPS, StandardCharsets.ISO_8859_1)) {
        String[] parts = line.split(":");
        if (parts.length > 2 && parts[0].equals(text)) {
          return Long.valueOf(parts[2]);
        }
      }
      throw new TypeConversionException("no group " + text);
    }
  }

  /** Converts the values of /proc's option {@code hidepid=}. */
  static final class Hiding implements ITypeConverter<HidePid> {
    @Override
    public HidePid convert(String text) {
      return switch (text) {
        case "0", "off" -> HidePid.OFF;
        case "1", "noaccess" -> HidePid.NOACCESS;
        case "2", "invisible" -> HidePid.INVISIBLE;
        default -> throw new TypeConversionException("not off, noaccess or invisible: " + text);
      };
    }
  }

  /** The output of {@code --version}. */
  static final class VersionLine implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"kifs " + Version.text()};
    }
  }
}
