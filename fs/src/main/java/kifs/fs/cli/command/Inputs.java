package kifs.fs.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.recording.PointInTime;
import kifs.kernel.recording.Recording;
import kifs.kernel.recording.RecordingReader;
import org.jspecify.annotations.Nullable;

/** Files with bulks, as arguments name them. Stateless. */
final class Inputs {
  /** The argument that stands for the input of the command. */
  static final String STDIN = "-";

  private Inputs() {}

  /**
   * Opens a file, the bulk of a directory of a mount, or the command's input.
   *
   * @param types the types of the records that a mount is asked for; empty: its default
   */
  static InputStream open(String name, List<RecordType> types, Streams streams) throws IOException {
    if (name.equals(STDIN)) {
      return streams.in();
    }
    Path path = Path.of(name);
    return Files.newInputStream(Files.isDirectory(path) ? path.resolve(bulk(types)) : path);
  }

  /** The name of the bulk of a directory with these types; the default ones if there are none. */
  static String bulk(List<RecordType> types) {
    List<String> tags = types.stream().map(type -> type.name().toLowerCase(Locale.ROOT)).toList();
    return tags.isEmpty() ? "bulk" : "bulk?tags=" + String.join(",", tags);
  }

  /**
   * A bulk of a file, of a directory of a mount, or of the command's input.
   *
   * @param bulk null: there is none
   * @param problem what is wrong with the file up to there; null: nothing
   */
  record Chosen(@Nullable BulkReader bulk, @Nullable BulkFormatException problem) {}

  /**
   * The last bulk at or before a moment that can be read. Of a file only what leads to that bulk is
   * read.
   *
   * @throws CommandException if the moment can't be found, because the input is read only once
   */
  static Chosen choose(String name, List<RecordType> types, PointInTime when, Streams streams)
      throws IOException, CommandException {
    if (!name.equals(STDIN) && Files.isRegularFile(Path.of(name))) {
      return ofFile(Path.of(name), when);
    }
    if (when.isBeforeLast() && !when.equals(PointInTime.LAST)) {
      throw new CommandException(Kifs.MISUSE, "a time before the last bulk needs a file");
    }
    try (InputStream in = open(name, types, streams)) {
      return ofStream(in, when.isBeforeLast() ? Long.MAX_VALUE : when.ns());
    }
  }

  private static Chosen ofFile(Path file, PointInTime when) throws IOException {
    try (Recording recording = Recording.open(file)) {
      @Nullable BulkFormatException problem =
          when.equals(PointInTime.LAST) ? recording.problem().orElse(null) : null;
      for (int index = when.find(recording).orElse(-1); index >= 0; index--) {
        try {
          return new Chosen(recording.bulk(index), problem);
        } catch (BulkFormatException e) {
          problem = e;
        }
      }
      boolean isAllWrong = recording.moments().isEmpty();
      return new Chosen(null, isAllWrong ? recording.problem().orElse(null) : problem);
    }
  }

  private static Chosen ofStream(InputStream in, long untilNs) throws IOException {
    RecordingReader recording = new RecordingReader(in);
    @Nullable BulkReader chosen = null;
    try {
      while (recording.advance()) {
        BulkReader bulk = recording.bulk();
        if (bulk.snapshot().get(SnapshotRecord.REALTIME) <= untilNs) {
          chosen = bulk;
        }
      }
      return new Chosen(chosen, null);
    } catch (BulkFormatException e) {
      return new Chosen(chosen, e);
    }
  }

  /**
   * The bulk at a moment.
   *
   * @throws IOException if there is none, or the file is wrong
   */
  static BulkReader bulk(String name, List<RecordType> types, PointInTime when, Streams streams)
      throws IOException, CommandException {
    Chosen chosen = choose(name, types, when, streams);
    if (chosen.problem != null) {
      throw bad(name, chosen.problem);
    }
    if (chosen.bulk == null) {
      throw none(name, when);
    }
    return chosen.bulk;
  }

  /** The error that there is no bulk at a moment. */
  static IOException none(String name, PointInTime when) {
    return when.equals(PointInTime.LAST)
        ? new IOException(name + ": empty, so there is no bulk")
        : new IOException(name + ": no bulk was taken before that time");
  }

  /** The error that a file has no bulks. */
  static IOException bad(String name, BulkFormatException e) {
    return new IOException(
        name + ": " + e.getMessage() + "; kifs check says what of it is right", e);
  }
}
