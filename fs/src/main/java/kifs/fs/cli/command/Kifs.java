package kifs.fs.cli.command;

import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kifs.fs.cli.table.BadTableException;
import kifs.fs.daemon.Version;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code kifs} itself. It runs the command that the first argument names. */
public final class Kifs {
  /** Exit status: it failed, or only some of it could be done. */
  static final int FAILED = 1;

  /** Exit status: wrong arguments. */
  static final int MISUSE = 2;

  private static final Map<String, KifsCommand> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("print", new PrintCommand());
    COMMANDS.put("top", new TopCommand());
    COMMANDS.put("report", new ReportCommand());
    COMMANDS.put("diff", new DiffCommand());
    COMMANDS.put("check", new CheckCommand());
    COMMANDS.put("record", new RecordCommand());
    COMMANDS.put("wait", new WaitCommand());
    COMMANDS.put("unusual", new UnusualCommand());
    COMMANDS.put("completion", new CompletionCommand());
  }

  private Kifs() {}

  public static void main(String[] arguments) {
    // System.out would swallow the error that says that nobody reads any more.
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    int status = run(new Streams(System.in, out, System.err), arguments);
    System.err.flush();
    System.exit(status);
  }

  /**
   * Runs a command.
   *
   * @return the exit status
   */
  static int run(Streams streams, String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    // To make the options of all commands takes time, and is needed only for help and errors.
    CommandLine line = commandLine(COMMANDS.containsKey(first) ? Set.of(first) : COMMANDS.keySet());
    try {
      return run(streams, line.parseArgs(arguments));
    } catch (ParameterException e) {
      return misuse(streams.err(), e);
    }
  }

  /** The options of all commands. */
  public static CommandLine commandLine() {
    return commandLine(COMMANDS.keySet());
  }

  private static CommandLine commandLine(Set<String> names) {
    CommandSpec root = CommandSpec.create().name("kifs");
    root.usageMessage()
        .description("Looks at kernels: mounts them, and reads what was kept of them.", "")
        .synopsisSubcommandLabel("COMMAND")
        .commandListHeading("%nCommands:%n")
        .footer(
            "  mount, unmount, status",
            "              Mounts a kernel: see kifs mount --help.",
            "",
            "kifs COMMAND --help describes a command and its exit statuses. In bash,",
            "source <(kifs completion) completes words.");
    addCommon(root);
    COMMANDS.forEach(
        (name, command) -> {
          if (names.contains(name)) {
            CommandSpec spec = command.spec();
            addCommon(spec);
            root.addSubcommand(name, new CommandLine(spec));
          }
        });
    return new CommandLine(root);
  }

  private static void addCommon(CommandSpec spec) {
    spec.usageMessage().sortOptions(false);
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .description("Prints this help.")
            .build());
    spec.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Prints the version.")
            .build());
    spec.version("kifs " + Version.text());
  }

  private static int run(Streams streams, ParseResult parsed) {
    ParseResult chosen = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    CommandSpec spec = chosen.commandSpec();
    @Nullable KifsCommand command = COMMANDS.get(spec.name());
    try {
      if (chosen.isUsageHelpRequested() || chosen.isVersionHelpRequested()) {
        printHelp(chosen, streams.out());
        return 0;
      }
      if (command == null) {
        throw new ParameterException(spec.commandLine(), "which command?");
      }
      return command.run(chosen, streams);
    } catch (CommandException e) {
      streams.err().println(spec.qualifiedName() + ": " + e.getMessage());
      return e.status();
    } catch (BadTableException e) {
      streams.err().println(spec.qualifiedName() + ": " + e.getMessage());
      return MISUSE;
    } catch (IOException e) {
      // Nobody reads the output any more, as with `| head`. That needs no message.
      if (!"Broken pipe".equals(e.getMessage())) {
        streams.err().println(spec.qualifiedName() + ": " + Failures.reason(e));
      }
      return command == null ? FAILED : command.failureStatus();
    }
  }

  private static void printHelp(ParseResult chosen, OutputStream out) {
    CommandLine line = chosen.commandSpec().commandLine();
    PrintWriter writer =
        new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), false);
    if (chosen.isUsageHelpRequested()) {
      line.usage(writer);
    } else {
      line.printVersionHelp(writer);
    }
    writer.flush();
  }

  private static int misuse(PrintStream err, ParameterException e) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    err.println(name + ": " + e.getMessage() + suggestion(e) + "; try " + name + " --help");
    return MISUSE;
  }

  private static String suggestion(ParameterException e) {
    List<String> near =
        e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
    return near.isEmpty() ? "" : "; did you mean " + near.get(0).replaceFirst("^kifs ", "") + "?";
  }

  /**
   * Runs commands as the build does to learn which classes they load.
   *
   * @param bulk a bulk for commands that read one
   */
  public static void rehearse(byte[] bulk) {
    rehearse("time,value\n2026-01-01T00:00:00Z,1\n2026-01-01 00:00:01,2\n1,x\n", "unusual");
    rehearse("", "--help");
    rehearse("", "--version");
    rehearse("", "unusual", "--perod");
    rehearse(bulk, "print", "-");
    rehearse(bulk, "print", "-", "--tags=system", "--where=processes>0", "--sort=processes");
    rehearse(bulk, "check", "-");
    rehearse(bulk, "print", "-", "--tags=system", "--format=json");
    rehearse(bulk, "print", "-", "--tags=system", "--format=csv");
    rehearse("", "top", "/nonexistent");
    TopCommand.rehearse(bulk);
  }

  private static void rehearse(String input, String... arguments) {
    rehearse(input.getBytes(StandardCharsets.UTF_8), arguments);
  }

  private static void rehearse(byte[] input, String... arguments) {
    OutputStream nowhere = OutputStream.nullOutputStream();
    PrintStream err = new PrintStream(nowhere, true, StandardCharsets.UTF_8);
    run(new Streams(new ByteArrayInputStream(input), nowhere, err), arguments);
  }
}
