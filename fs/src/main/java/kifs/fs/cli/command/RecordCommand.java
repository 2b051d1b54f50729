package kifs.fs.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import kifs.fs.daemon.Signals;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.record.RecordType;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code kifs record}: writes what a mount shows, again and again, to a file. */
final class RecordCommand implements KifsCommand {
  private static final String OUTPUT = "--output";
  private static final String EVERY = "--every";
  private static final String FOR = "--for";
  private static final String TAGS = "--tags";
  private static final String ROTATE_SIZE = "--rotate-size";
  private static final String ROTATE_AFTER = "--rotate-after";
  private static final String KEEP = "--keep";
  private static final long NS_PER_S = 1_000_000_000L;

  /** About so many earlier files are kept if only --keep says when another file begins. */
  private static final int FILES_KEPT = 24;

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        KifsCommand.command(
            "record",
            "Records a mount: its bulks, one after another, compressed.",
            "recorded until --for, or until Ctrl-C or SIGTERM",
            "the mount can't be read, or the file can't be written",
            "wrong arguments");
    spec.usageMessage()
        .description(
            "",
            "Takes bulks of a directory of a mount at an interval and appends them to a file, most"
                + " of them as what differs from the one before. The file is right after each bulk,"
                + " and can be read while it grows. Times in which no bulk could be taken are noted"
                + " as gaps.",
            "",
            "  kifs record /mnt/kernel -o incident.kifsrec --every=1s --for=1h",
            "  kifs record /mnt/kernel -o day --every=5s --rotate-after=1h --keep=24h",
            "");
    spec.addPositional(KifsCommand.argument("MOUNT", "1", "A mount, or a directory of one."));
    spec.addOption(
        KifsCommand.option("-o", "FILE", String.class, "The file. It must not exist.")
            .names("-o", OUTPUT)
            .required(true)
            .build());
    spec.addOption(time(EVERY, "The interval (1s)."));
    spec.addOption(time(FOR, "How long to record; by default until Ctrl-C or SIGTERM."));
    spec.addOption(
        KifsCommand.option(TAGS, "TAGS", RecordType[].class, "Types of records.")
            .splitRegex(",")
            .converters(new Tags())
            .build());
    spec.addOption(
        KifsCommand.option(
                ROTATE_SIZE,
                "SIZE",
                Long.class,
                "When the file is as large as this, such as 100M, it is renamed to FILE.TIME, and"
                    + " another one begins.")
            .converters(new Sizes())
            .build());
    spec.addOption(time(ROTATE_AFTER, "The same when the file is as old as this."));
    spec.addOption(
        time(
            KEEP,
            "Renamed files are deleted after this time. Without the other two, a file is renamed"
                + " after a 24th of it."));
    return spec;
  }

  private static OptionSpec time(String name, String description) {
    return KifsCommand.option(name, "TIME", Long.class, description)
        .converters(new Durations())
        .build();
  }

  @Override
  public int run(ParseResult arguments, Streams streams) throws IOException, CommandException {
    Path mount = Path.of(arguments.matchedPositionalValue(0, ""));
    List<RecordType> types = List.of(arguments.matchedOptionValue(TAGS, new RecordType[0]));
    Path file = Path.of(arguments.matchedOptionValue(OUTPUT, ""));
    StoppableClock clock = new StoppableClock();
    try (MountedBulk source = new MountedBulk(mount, types)) {
      // The first bulk shows whether there is a mount, before a file is made.
      byte[] first = source.read();
      try (Rotation rotation = open(file, rules(arguments), clock.realtimeNs())) {
        boolean isTerminal = Terminals.isTerminal(Terminals.STDERR);
        RecordingProgress progress = new RecordingProgress(streams.err(), isTerminal);
        long everyNs = arguments.matchedOptionValue(EVERY, NS_PER_S);
        Recorder recorder = new Recorder(rotation, everyNs, source, clock, progress);
        Signals.handle("INT", () -> stop(clock));
        Signals.handle("TERM", () -> stop(clock));
        boolean isRead = recorder.record(first, arguments.matchedOptionValue(FOR, Long.MAX_VALUE));
        progress.end();
        String done = recorder.bulks() + " bulks, " + rotation.bytes() + " bytes in " + file + "\n";
        streams.out().write(done.getBytes(StandardCharsets.UTF_8));
        return isRead ? 0 : Kifs.FAILED;
      }
    } catch (BulkFormatException e) {
      throw Inputs.bad(mount.toString(), e);
    }
  }

  /** The second time, the command ends even if a read of the mount doesn't. */
  private static void stop(StoppableClock clock) {
    if (clock.stop()) {
      Runtime.getRuntime().halt(Kifs.FAILED);
    }
  }

  private static Rotation.Rules rules(ParseResult arguments) {
    long maxBytes = arguments.matchedOptionValue(ROTATE_SIZE, Long.MAX_VALUE);
    long keepNs = arguments.matchedOptionValue(KEEP, Long.MAX_VALUE);
    // What is kept for a day is in files of an hour.
    long byKeeping =
        keepNs == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(NS_PER_S, keepNs / FILES_KEPT);
    boolean isBySize = arguments.hasMatchedOption(ROTATE_SIZE);
    long maxAgeNs =
        arguments.matchedOptionValue(ROTATE_AFTER, isBySize ? Long.MAX_VALUE : byKeeping);
    return new Rotation.Rules(maxBytes, maxAgeNs, keepNs);
  }

  private static Rotation open(Path file, Rotation.Rules rules, long nowNs)
      throws IOException, CommandException {
    try {
      return new Rotation(file, rules, nowNs);
    } catch (FileAlreadyExistsException e) {
      throw new CommandException(Kifs.FAILED, file + ": exists; choose another name");
    }
  }
}
