package kifs.fs.cli.command;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;
import kifs.fs.cli.table.BadTableException;
import kifs.fs.cli.table.Difference;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Escapes;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.recording.PointInTime;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code kifs diff}: who came, went and changed between two bulks. */
final class DiffCommand implements KifsCommand {
  private static final String TAGS = "--tags";
  private static final String COLUMNS = "--columns";
  private static final String FROM = "--from";
  private static final String TO = "--to";
  private static final String UNITS = "--units";

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        KifsCommand.command(
            "diff",
            "Prints what differs between two bulks: who came, went, grew, changed.",
            "nothing differs",
            "something differs",
            "wrong arguments, or a file can't be read or is no bulk");
    spec.usageMessage()
        .description(
            "",
            "Prints a line for each entity: + came, - went, ~ changed, with the values that"
                + " changed. By default it compares processes, by the columns that kifs print"
                + " shows of them.",
            "");
    spec.addPositional(
        KifsCommand.argument(
            "FILE",
            "1..2",
            "The earlier and the later file or mount; one may be -. With one file, both bulks are"
                + " of it."));
    spec.addOption(time(FROM, "The moment of the earlier bulk in a recording: a time, -5m."));
    spec.addOption(time(TO, "The moment of the later bulk in a recording."));
    spec.addOption(
        KifsCommand.option(TAGS, "TAGS", RecordType[].class, "Types of records (process).")
            .splitRegex(",")
            .converters(new Tags())
            .build());
    spec.addOption(
        KifsCommand.option(
                COLUMNS, "COLUMNS", String[].class, "Columns to compare, such as rss,fds; or all.")
            .splitRegex(",")
            .build());
    spec.addOption(
        KifsCommand.option(UNITS, "UNITS", NumberStyle.class, "human (default) or raw.")
            .converters(new Words<>(NumberStyle.class))
            .build());
    return spec;
  }

  private static OptionSpec time(String name, String description) {
    return KifsCommand.option(name, "TIME", PointInTime.class, description)
        .converters(new Times())
        .build();
  }

  @Override
  public int failureStatus() {
    return Kifs.MISUSE;
  }

  @Override
  public int run(ParseResult arguments, Streams streams)
      throws IOException, CommandException, BadTableException {
    String[] names = arguments.matchedPositionalValue(0, new String[0]);
    String earlier = names[0];
    String later = names[names.length - 1];
    if (earlier.equals(Inputs.STDIN) && later.equals(Inputs.STDIN)) {
      throw new CommandException(Kifs.MISUSE, "only one of the two can be the input");
    }
    if (names.length == 1 && !arguments.hasMatchedOption(FROM)) {
      throw new CommandException(Kifs.MISUSE, "one file needs " + FROM + "; else name two");
    }
    RecordType[] chosen = arguments.matchedOptionValue(TAGS, new RecordType[] {ProcessRecord.TYPE});
    List<RecordType> types = List.of(chosen);
    PointInTime from = arguments.matchedOptionValue(FROM, PointInTime.LAST);
    PointInTime to = arguments.matchedOptionValue(TO, PointInTime.LAST);
    BulkReader before = Inputs.bulk(earlier, types, from, streams);
    BulkReader after = Inputs.bulk(later, types, to, streams);
    if (!before.boot().equals(after.boot())) {
      streams.err().println("kifs diff: the bulks are of different boots or hosts");
    }
    List<String> columns = List.of(arguments.matchedOptionValue(COLUMNS, new String[0]));
    boolean isHuman = arguments.matchedOptionValue(UNITS, NumberStyle.HUMAN) == NumberStyle.HUMAN;
    OutputStream out = new BufferedOutputStream(streams.out());
    boolean differs = false;
    for (RecordType type : types) {
      for (Difference.Line line : new Difference(type, columns, isHuman).lines(before, after)) {
        out.write((text(line) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        differs = true;
      }
    }
    out.flush();
    return differs ? 1 : 0;
  }

  private static String text(Difference.Line line) {
    StringJoiner text = new StringJoiner(" ");
    text.add(
        switch (line.kind()) {
          case CAME -> "+";
          case WENT -> "-";
          case CHANGED -> "~";
        });
    line.ids().forEach(id -> text.add(id.column() + "=" + word(id.value())));
    line.changes()
        .forEach(
            change ->
                text.add(
                    change.column() + "=" + word(change.before()) + ">" + word(change.after())));
    return text.toString();
  }

  private static String word(String value) {
    return value.isEmpty() ? "-" : Escapes.word(value);
  }
}
