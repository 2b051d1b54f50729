package kifs.fs.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import kifs.fs.daemon.Signals;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.record.RecordType;
import org.jspecify.annotations.Nullable;
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
  private static final int EVER = 366 * 86_400;

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
        KifsCommand.option("-o", "FILE", String.class, "The file; it must not exist.")
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
    spec.addOption(time(KEEP, "Renamed files are deleted after this time."));
    return spec;
  }

  private static OptionSpec time(String name, String description) {
    return KifsCommand.option(name, "TIME", Long.class, description)
        .converters(new Durations())
        .build();
  }

  @Override
  public int run(ParseResult arguments, Streams streams) throws IOException, CommandException {
    String mount = arguments.matchedPositionalValue(0, "");
    List<RecordType> types = List.of(arguments.matchedOptionValue(TAGS, new RecordType[0]));
    // The first bulk shows whether there is a mount, before a file is made.
    byte[] first = read(mount, types, streams);
    Path file = Path.of(arguments.matchedOptionValue(OUTPUT, ""));
    Rotation rotation = open(file, arguments);
    long everyNs = arguments.matchedOptionValue(EVERY, NS_PER_S);
    long forNs = arguments.matchedOptionValue(FOR, EVER * NS_PER_S);
    Recorder recorder =
        new Recorder(rotation, everyNs, () -> read(mount, types, streams), streams.err());
    Signals.handle("INT", recorder::stop);
    Signals.handle("TERM", recorder::stop);
    boolean isRead;
    try {
      isRead = recorder.record(first, forNs);
    } catch (BulkFormatException e) {
      throw Inputs.bad(mount, e);
    } finally {
      rotation.close();
    }
    String done = recorder.bulks() + " bulks, " + rotation.bytes() + " bytes in " + file + "\n";
    streams.out().write(done.getBytes(StandardCharsets.UTF_8));
    return isRead ? 0 : Kifs.FAILED;
  }

  private static Rotation open(Path file, ParseResult arguments)
      throws IOException, CommandException {
    @Nullable Long after = arguments.matchedOptionValue(ROTATE_AFTER, null);
    long keepNs = arguments.matchedOptionValue(KEEP, EVER * NS_PER_S);
    long maxBytes = arguments.matchedOptionValue(ROTATE_SIZE, Long.MAX_VALUE);
    if (arguments.hasMatchedOption(KEEP) && after == null && maxBytes == Long.MAX_VALUE) {
      throw new CommandException(
          Kifs.MISUSE, KEEP + " needs " + ROTATE_AFTER + " or " + ROTATE_SIZE);
    }
    long maxAgeNs = after == null ? Long.MAX_VALUE : after;
    try {
      return new Rotation(file, maxBytes, maxAgeNs, keepNs, Recorder.nowNs(Instant.now()));
    } catch (FileAlreadyExistsException e) {
      throw new CommandException(Kifs.FAILED, file + ": exists; choose another name");
    }
  }

  private static byte[] read(String mount, List<RecordType> types, Streams streams)
      throws IOException {
    try (InputStream in = Inputs.open(mount, types, streams)) {
      return in.readAllBytes();
    }
  }
}
