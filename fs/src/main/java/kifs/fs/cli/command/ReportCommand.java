package kifs.fs.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kifs.fs.cli.report.Collector;
import kifs.fs.cli.report.Threshold;
import kifs.fs.cli.table.BadTableException;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.recording.PointInTime;
import kifs.kernel.recording.Recording;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code kifs report}: a page about a recording. */
final class ReportCommand implements KifsCommand {
  private static final String OUTPUT = "--output";
  private static final String WHEN = "--when";

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        KifsCommand.command(
            "report",
            "Writes a page about a recording: what happened, plots, who used most.",
            "written",
            "the file can't be read, or is wrong from some byte on: the page has what is right",
            "wrong arguments");
    spec.usageMessage()
        .description(
            "",
            "The page is one file that needs no other. It has what happened and when, deadlocks,"
                + " plots of the host and of the ten processes that matter, and a table to search"
                + " in.",
            "",
            "  kifs report recording -o report.html --when='rss>1G' --when='memory_available<500M'",
            "");
    spec.addPositional(KifsCommand.argument("FILE", "1", "A recording, or a file with bulks."));
    spec.addOption(
        OptionSpec.builder("-o", OUTPUT)
            .paramLabel("FILE")
            .type(Path.class)
            .required(true)
            .description("The page, or - for the output of the command.")
            .build());
    spec.addOption(
        KifsCommand.option(
                WHEN,
                "COMPARISON",
                String[].class,
                "What is reported where it becomes true of a process or of the host, as in"
                    + " kifs print --where; may be given several times.")
            .build());
    return spec;
  }

  @Override
  public int run(ParseResult arguments, Streams streams)
      throws IOException, CommandException, BadTableException {
    String name = arguments.matchedPositionalValue(0, Inputs.STDIN);
    if (name.equals(Inputs.STDIN) || Files.isDirectory(Path.of(name))) {
      throw new CommandException(Kifs.MISUSE, "needs a file; kifs record makes one");
    }
    List<Threshold> thresholds = new ArrayList<>();
    for (String text : arguments.matchedOptionValue(WHEN, new String[0])) {
      thresholds.add(Threshold.parse(text));
    }
    Collector collector = new Collector(thresholds);
    @Nullable BulkFormatException problem;
    try (Recording recording = Recording.open(Path.of(name))) {
      problem = collect(name, recording, collector);
    }
    byte[] page =
        collector
            .page(String.valueOf(Path.of(name).getFileName()))
            .getBytes(StandardCharsets.UTF_8);
    Path output = arguments.matchedOptionValue(OUTPUT, Path.of(Inputs.STDIN));
    if (output.toString().equals(Inputs.STDIN)) {
      streams.out().write(page);
      streams.out().flush();
    } else {
      Files.write(output, page);
    }
    if (problem != null) {
      throw Inputs.bad(name, problem);
    }
    return 0;
  }

  /**
   * Takes all bulks that can be read.
   *
   * @return what is wrong with the file; null: nothing
   * @throws IOException if no bulk can be read
   */
  private static @Nullable BulkFormatException collect(
      String name, Recording recording, Collector collector) throws IOException {
    @Nullable BulkFormatException problem = recording.problem().orElse(null);
    List<Recording.Moment> moments = recording.moments();
    int taken = 0;
    for (int i = 0; i < moments.size(); i++) {
      Optional<Recording.Gap> gap = moments.get(i).gap();
      gap.ifPresent(each -> collector.gap(each.realtimeNs(), each.lengthNs(), cause(each)));
      try {
        collector.take(recording.bulk(i));
        taken++;
      } catch (BulkFormatException e) {
        problem = problem == null ? e : problem;
      }
    }
    if (taken == 0) {
      throw problem == null ? Inputs.none(name, PointInTime.LAST) : Inputs.bad(name, problem);
    }
    return problem;
  }

  private static String cause(Recording.Gap gap) {
    return gap.cause()
        .map(cause -> cause.name().toLowerCase(Locale.ROOT))
        .orElse("of a cause that this version doesn't know");
  }
}
