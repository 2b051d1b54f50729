package kifs.fs.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kifs.fs.cli.table.BadTableException;
import kifs.fs.cli.terminal.RealDisplay;
import kifs.fs.cli.top.Top;
import kifs.kernel.bulk.BulkFormatException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code kifs top}: a view of a mount or a file in a terminal. */
final class TopCommand implements KifsCommand {
  private static final String EVERY = "--every";
  private static final String THREADS = "--threads";
  private static final String TREE = "--tree";
  private static final String COLUMNS = "--columns";
  private static final String SORT = "--sort";
  private static final String FILTER = "--filter";

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        KifsCommand.command(
            "top",
            "Shows processes, threads and waits in the terminal, as top does.",
            "somebody left it by q",
            "the mount or file can't be read, or there is no terminal",
            "wrong arguments");
    spec.usageMessage()
        .description(
            "",
            "Shows a mount, which it reads once a second, or a file with bulks, in which [ and ] go"
                + " to the moment before and after. F1 shows the keys, which are those of htop.",
            "",
            "  kifs top /mnt/kernel",
            "  kifs top /mnt/kernel --columns=pid,read/s,write/s,comm --sort=write/s",
            "  kifs top recording --filter='rss>500M'",
            "");
    spec.addPositional(KifsCommand.argument("FILE", "1", "A directory of a mount, or a file."));
    spec.addOption(
        KifsCommand.option(EVERY, "TIME", Long.class, "The time between two reads (default: 1s).")
            .converters(new Durations())
            .build());
    spec.addOption(KifsCommand.flag(THREADS, "Begins with threads, not processes.").build());
    spec.addOption(KifsCommand.flag(TREE, "Begins with a tree.").build());
    spec.addOption(
        KifsCommand.option(
                COLUMNS,
                "COLUMNS",
                String[].class,
                "Columns as in kifs print; a counter with /s is its rate: read/s.")
            .splitRegex(",")
            .build());
    spec.addOption(
        KifsCommand.option(SORT, "COLUMN", String.class, "The column to sort by (runtime/s).")
            .build());
    spec.addOption(
        KifsCommand.option(
                FILTER, "FILTER", String.class, "Only rows with this text, or as in kifs print.")
            .build());
    return spec;
  }

  @Override
  public int run(ParseResult arguments, Streams streams)
      throws IOException, CommandException, BadTableException {
    String name = arguments.matchedPositionalValue(0, Inputs.STDIN);
    if (name.equals(Inputs.STDIN)) {
      throw new CommandException(Kifs.MISUSE, "keys come from the input; name a file or a mount");
    }
    long everyNs = arguments.matchedOptionValue(EVERY, TimeUnit.SECONDS.toNanos(1));
    Top.Options options =
        new Top.Options(
            arguments.hasMatchedOption(THREADS),
            arguments.hasMatchedOption(TREE),
            List.of(arguments.matchedOptionValue(COLUMNS, new String[0])),
            arguments.matchedOptionValue(SORT, ""),
            arguments.matchedOptionValue(FILTER, ""),
            TimeUnit.NANOSECONDS.toMillis(everyNs));
    try (Shown shown = new Shown()) {
      Top.run(Path.of(name), options, shown::open);
    } catch (BulkFormatException e) {
      throw Inputs.bad(name, e);
    }
    return 0;
  }

  /** Loads the classes of the view. */
  static void rehearse(byte[] bulk) {
    try {
      Path file = Files.createTempFile("kifs-top", "");
      try {
        Top.rehearse(Files.write(file, bulk));
      } finally {
        Files.delete(file);
      }
      RealDisplay.rehearse();
    } catch (IOException e) {
      // Then the archive lacks some classes, and the first start is slower.
    }
  }

  /** The terminal, once it is taken. */
  private static final class Shown implements AutoCloseable {
    private @Nullable RealDisplay display;

    RealDisplay open() throws IOException {
      RealDisplay opened = RealDisplay.open(System.getenv());
      display = opened;
      return opened;
    }

    @Override
    public void close() {
      if (display != null) {
        display.close();
      }
    }
  }
}
