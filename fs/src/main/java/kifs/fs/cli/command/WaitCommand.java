package kifs.fs.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code kifs wait}: waits for the first event of several names below {@code notify/}. Each name is
 * opened by a thread of its own, because the open blocks until the event.
 */
final class WaitCommand implements KifsCommand {
  private static final String TIMEOUT = "--timeout";
  private static final String JSON = "--json";
  private static final String EXEC = "--exec";

  /** Exit status: the tree was unmounted, or its daemon has ended. */
  private static final int TREE_GONE = 3;

  /** Exit status: no event came in time. */
  private static final int TIMED_OUT = 4;

  private static final long STACK_BYTES = 128 * 1024;

  /**
   * How the wait for one name ended: with an event, or with an error.
   *
   * @param reason why the name was refused, as far as the tree says it
   */
  private record Outcome(
      String name, String event, @Nullable IOException error, Optional<String> reason) {}

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        KifsCommand.command(
            "wait",
            "Waits for the first event of several thresholds.",
            "an event came; with --exec, the status of the command",
            "a name was refused, or all that was waited for has ended",
            "wrong arguments",
            "the tree has gone",
            "no event came in time");
    spec.usageMessage()
        .description(
            "",
            "Opens names below notify/, and prints the line of the first event.",
            "",
            "  kifs wait /mnt/kernel/processes/*/notify/rss/above/1G --timeout=1h",
            "  kifs wait --exec 'kill {pid}' /mnt/kernel/processes/each/notify/cpu/above/95",
            "");
    spec.addPositional(KifsCommand.argument("NAME", "1..*", "Names below notify/ of a mount."));
    spec.addOption(
        KifsCommand.option(TIMEOUT, "TIME", Long.class, "The longest wait, such as 30s or 2h.")
            .converters(new Durations())
            .build());
    spec.addOption(KifsCommand.flag(JSON, "Prints the event as a JSON object.").build());
    spec.addOption(
        KifsCommand.option(
                EXEC,
                "COMMAND",
                String.class,
                "Runs this in a shell after the event; {pid} and every other field of events in"
                    + " braces is replaced by its value in quotes.")
            .build());
    return spec;
  }

  @Override
  public int run(ParseResult arguments, Streams streams) throws IOException, CommandException {
    @Nullable String command = arguments.matchedOptionValue(EXEC, null);
    if (command != null) {
      requireFields(command);
    }
    List<String> names = List.of(arguments.matchedPositionalValue(0, new String[0]));
    BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    names.forEach(name -> start(name, outcomes));
    long timeoutNs = arguments.matchedOptionValue(TIMEOUT, Long.MAX_VALUE);
    Map<String, String> event;
    try {
      event = first(names.size(), outcomes, timeoutNs, arguments.hasMatchedOption(JSON), streams);
      return command == null ? 0 : execute(EventFields.inserted(command, event));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(Kifs.FAILED, "interrupted");
    }
  }

  private static void requireFields(String command) throws CommandException {
    String unknown = EventFields.unknown(command);
    if (!unknown.isEmpty()) {
      throw new CommandException(
          Kifs.MISUSE,
          EXEC
              + ": no event has a field "
              + unknown
              + "; the fields are "
              + String.join(" ", EventFields.KEYS)
              + ". Write { name} for braces of the shell");
    }
  }

  private static void start(String name, BlockingQueue<Outcome> outcomes) {
    Thread thread = new Thread(null, () -> outcomes.add(wait(name)), "kifs-wait", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }

  private static Outcome wait(String name) {
    try (InputStream in = Files.newInputStream(Path.of(name))) {
      String event = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).strip();
      return new Outcome(name, event, null, Optional.empty());
    } catch (IOException e) {
      return new Outcome(name, "", e, RefusalReason.of(name));
    }
  }

  /** Prints the first event and returns its fields. */
  private static Map<String, String> first(
      int names, BlockingQueue<Outcome> outcomes, long timeoutNs, boolean isJson, Streams streams)
      throws IOException, CommandException, InterruptedException {
    long deadline = System.nanoTime() + Math.min(timeoutNs, Long.MAX_VALUE / 2);
    for (int ended = 0; ended < names; ) {
      @Nullable Outcome outcome = outcomes.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (outcome == null) {
        throw new CommandException(TIMED_OUT, "no event came in time");
      }
      if (outcome.error != null) {
        checkEnded(outcome.name, outcome.error, outcome.reason);
      }
      if (!outcome.event.isEmpty()) {
        Map<String, String> fields = EventFields.parse(outcome.event);
        byte[] line =
            isJson
                ? EventFields.json(fields).getBytes(StandardCharsets.UTF_8)
                : outcome.event.getBytes(StandardCharsets.ISO_8859_1);
        streams.out().write(line);
        streams.out().write('\n');
        streams.out().flush();
        return fields;
      }
      ended++;
    }
    throw new CommandException(Kifs.FAILED, "all that was waited for has ended");
  }

  /**
   * Returns if an error says that the entity has ended, for which the other names need not stop.
   */
  private static void checkEnded(String name, IOException error, Optional<String> why)
      throws CommandException {
    String reason =
        error instanceof FileSystemException e && e.getReason() != null
            ? e.getReason()
            : String.valueOf(error.getMessage());
    if (reason.contains("No such process")) {
      return;
    }
    if (reason.contains("not connected") || reason.contains("connection abort")) {
      throw new CommandException(TREE_GONE, name + ": the tree has gone; is it mounted?");
    }
    String problem = error instanceof NoSuchFileException ? "no such name" : reason;
    throw new CommandException(
        Kifs.FAILED,
        name
            + ": "
            + problem
            + why.map(known -> ": " + known).orElse("; notify/errors of the mount may say why"));
  }

  private static int execute(String command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).inheritIO();
    return builder.start().waitFor();
  }
}
