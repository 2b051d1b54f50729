package kifs.fs.cli.command;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import kifs.fs.cli.table.BadTableException;
import kifs.fs.cli.table.Filter;
import kifs.fs.cli.table.Printer;
import kifs.fs.cli.table.TableQuery;
import kifs.fs.cli.table.TableQuery.Format;
import kifs.fs.cli.table.TableWriter;
import kifs.fs.cli.table.TableWriters;
import kifs.fs.cli.terminal.RealDisplay;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.record.RecordType;
import kifs.kernel.recording.PointInTime;
import kifs.kernel.recording.RecordingReader;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** {@code kifs print}: the records of a bulk as tables. */
final class PrintCommand implements KifsCommand {
  private static final String FORMAT = "--format";
  private static final String TAGS = "--tags";
  private static final String WHERE = "--where";
  private static final String COLUMNS = "--columns";
  private static final String SORT = "--sort";
  private static final String TOP = "--top";
  private static final String UNITS = "--units";
  private static final String AT = "--at";
  private static final String ALL = "--all";
  private static final int OUTPUT_BYTES = 1 << 16;

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        KifsCommand.command(
            "print",
            "Prints a bulk as a table, JSON, CSV or Parquet.",
            "printed",
            "the file can't be read, or is no bulk from some byte on",
            "wrong arguments");
    spec.usageMessage()
        .description(
            "",
            "Reads a file with a bulk or several, a directory of a mount such as /mnt/kernel, or"
                + " with - its input. Of several bulks it prints the last one. Columns are the"
                + " fields of docs/records.md; the unit at the end of a name may be left out.",
            "",
            "  kifs print /mnt/kernel --tags=process --sort=rss --top=10",
            "  kifs print bulk --where='rss>500M and comm=java or state=D'",
            "  kifs print bulk --tags=thread --format=csv --columns=pid,tid,runtime",
            "");
    spec.addPositional(KifsCommand.argument("FILE", "1", "A file, a directory of a mount, or -."));
    spec.addOption(
        KifsCommand.option(
                FORMAT,
                "FORMAT",
                Format.class,
                "table (default), json (one object a line), csv, parquet.")
            .converters(new Words<>(Format.class))
            .build());
    spec.addOption(
        KifsCommand.option(
                TAGS, "TAGS", RecordType[].class, "Types of records, such as process,thread.")
            .splitRegex(",")
            .converters(new Tags())
            .build());
    spec.addOption(
        KifsCommand.option(
                WHERE,
                "FILTER",
                Filter.class,
                "Only these rows: comparisons by = != < <= > >= and ~ (contains), joined by and,"
                    + " or.")
            .converters(new Filters())
            .build());
    spec.addOption(
        KifsCommand.option(COLUMNS, "COLUMNS", String[].class, "Columns, such as pid,rss; or all.")
            .splitRegex(",")
            .build());
    spec.addOption(
        KifsCommand.option(
                SORT,
                "COLUMN",
                String.class,
                "Greatest number or first text first; +COLUMN ascends, -COLUMN descends.")
            .build());
    spec.addOption(KifsCommand.option(TOP, "N", Integer.class, "At most N rows a table.").build());
    spec.addOption(
        KifsCommand.option(
                UNITS,
                "UNITS",
                NumberStyle.class,
                "human: 1.5M, 20ms; raw: bytes, ns (default: human for tables, else raw).")
            .converters(new Words<>(NumberStyle.class))
            .build());
    spec.addOption(
        KifsCommand.option(
                AT,
                "TIME",
                PointInTime.class,
                "The last bulk at or before this time: 2026-01-01T12:00:00Z, -5m (before the last"
                    + " bulk), or last (default).")
            .converters(new Times())
            .build());
    spec.addOption(KifsCommand.flag(ALL, "All bulks of the file, with their times.").build());
    return spec;
  }

  @Override
  public int run(ParseResult arguments, Streams streams)
      throws IOException, CommandException, BadTableException {
    String name = arguments.matchedPositionalValue(0, Inputs.STDIN);
    TableQuery query = query(arguments);
    boolean isAll = arguments.hasMatchedOption(ALL);
    OutputStream out = new BufferedOutputStream(streams.out(), OUTPUT_BYTES);
    if (query.format() == Format.PARQUET && RealDisplay.isTerminal(1)) {
      throw new CommandException(Kifs.MISUSE, "Parquet is not for a terminal; add > FILE");
    }
    TableWriter writer = TableWriters.of(query, out, isAll);
    Printer printer = new Printer(query, writer);
    try {
      if (isAll) {
        printAll(name, query, printer, streams);
      } else {
        PointInTime when = arguments.matchedOptionValue(AT, PointInTime.LAST);
        print(name, query, when, printer, streams);
      }
    } finally {
      writer.finish();
      out.flush();
    }
    return 0;
  }

  private static void printAll(String name, TableQuery query, Printer printer, Streams streams)
      throws IOException, BadTableException {
    try (InputStream in = Inputs.open(name, query.types(), streams)) {
      RecordingReader recording = new RecordingReader(in);
      boolean isEmpty = true;
      while (recording.advance()) {
        printer.print(recording.bulk());
        isEmpty = false;
      }
      if (isEmpty) {
        throw Inputs.none(name, PointInTime.LAST);
      }
    } catch (BulkFormatException e) {
      throw Inputs.bad(name, e);
    }
  }

  /** Prints a bulk, even if what follows it in the file is wrong. */
  private static void print(
      String name, TableQuery query, PointInTime when, Printer printer, Streams streams)
      throws IOException, CommandException, BadTableException {
    Inputs.Chosen chosen = Inputs.choose(name, query.types(), when, streams);
    if (chosen.bulk() != null) {
      printer.print(chosen.bulk());
    }
    if (chosen.problem() != null) {
      throw Inputs.bad(name, chosen.problem());
    }
    if (chosen.bulk() == null) {
      throw Inputs.none(name, when);
    }
  }

  private static TableQuery query(ParseResult arguments) throws CommandException {
    Format format = arguments.matchedOptionValue(FORMAT, Format.TABLE);
    NumberStyle units =
        arguments.matchedOptionValue(
            UNITS, format == Format.TABLE ? NumberStyle.HUMAN : NumberStyle.RAW);
    int top = arguments.matchedOptionValue(TOP, Integer.MAX_VALUE);
    if (top < 0) {
      throw new CommandException(Kifs.MISUSE, TOP + " can't be negative");
    }
    return new TableQuery(
        List.of(arguments.matchedOptionValue(TAGS, new RecordType[0])),
        arguments.matchedOptionValue(WHERE, Filter.ALL),
        List.of(arguments.matchedOptionValue(COLUMNS, new String[0])),
        arguments.matchedOptionValue(SORT, ""),
        top,
        format,
        units == NumberStyle.HUMAN);
  }

  /** Converts a filter. */
  private static final class Filters implements ITypeConverter<Filter> {
    @Override
    public Filter convert(String text) {
      try {
        return Filter.parse(text);
      } catch (BadTableException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
