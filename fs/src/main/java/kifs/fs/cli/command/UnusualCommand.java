package kifs.fs.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import kifs.fs.cli.series.SeriesScorer;
import kifs.notifier.history.detector.Direction;
import kifs.notifier.history.detector.LoneSeries;
import kifs.notifier.history.detector.SeriesStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code kifs unusual}: the detector of the daemon, for a series of one's own. */
final class UnusualCommand implements KifsCommand {
  private static final String PERIOD = "--period";
  private static final String DIRECTION = "--direction";
  private static final String ABOVE = "--above";

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        KifsCommand.command(
            "unusual",
            "Scores a series of measurements: what in it is unusual?",
            "each line has its score",
            "lines were skipped",
            "wrong arguments");
    spec.usageMessage()
        .customSynopsis("kifs unusual [OPTIONS] [FILE.csv]")
        .description(
            "",
            "Reads lines timestamp,value of a file, or of its input, and writes a line"
                + " timestamp,value,score,flag for each, in order. A score is how many spreads a"
                + " value is from what is usual; the flag is 1 where that is unusual. Timestamps"
                + " are ISO 8601, YYYY-MM-DD HH:MM:SS, or seconds since 1970 (or ms, us, ns);"
                + " without a zone they are in UTC. A header line and empty lines are skipped. Bad"
                + " lines are reported with their number and skipped.",
            "",
            "The first values have the score 0, because little is known yet. docs/unusual.md says"
                + " how the detector works and what it can't find.",
            "");
    spec.addPositional(KifsCommand.argument("FILE", "0..1", "The series; - (default): the input."));
    spec.addOption(
        KifsCommand.option(
                PERIOD,
                "TIME",
                Long.class,
                "The series may repeat in this time, such as 90m or 24h, instead of each day or"
                    + " week. Whether it does is found out.")
            .converters(new Durations())
            .build());
    spec.addOption(
        KifsCommand.option(
                DIRECTION,
                "WHICH",
                Direction.class,
                "up: only what is too high counts; down: too low; both (default).")
            .converters(new Words<>(Direction.class))
            .build());
    spec.addOption(
        KifsCommand.option(
                ABOVE, "SCORE", Double.class, "The flag is 1 from this score on (default: 6).")
            .build());
    return spec;
  }

  @Override
  public int run(ParseResult arguments, Streams streams) throws IOException {
    Direction direction = arguments.matchedOptionValue(DIRECTION, Direction.BOTH);
    @Nullable Long periodNs = arguments.matchedOptionValue(PERIOD, null);
    LoneSeries series =
        periodNs == null ? LoneSeries.of(direction) : LoneSeries.ofPeriod(direction, periodNs);
    double threshold = arguments.matchedOptionValue(ABOVE, SeriesStore.UNUSUAL);
    SeriesScorer scorer = new SeriesScorer(series, threshold, streams.err());
    String[] files = arguments.matchedPositionalValue(0, new String[] {Inputs.STDIN});
    if (files[0].equals(Inputs.STDIN)) {
      return status(scorer.score(streams.in(), streams.out()));
    }
    try (InputStream in = Files.newInputStream(Path.of(files[0]))) {
      return status(scorer.score(in, streams.out()));
    }
  }

  private static int status(long skipped) {
    return skipped == 0 ? 0 : Kifs.FAILED;
  }
}
