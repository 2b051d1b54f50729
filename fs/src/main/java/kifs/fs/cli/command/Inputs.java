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
import kifs.kernel.recording.RecordingReader;

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
   * The last bulk of a file, or of a directory of a mount.
   *
   * @throws IOException if there is none
   */
  static BulkReader last(String name, List<RecordType> types, Streams streams) throws IOException {
    try (InputStream in = open(name, types, streams)) {
      RecordingReader recording = new RecordingReader(in);
      boolean isEmpty = true;
      while (recording.advance()) {
        isEmpty = false;
      }
      if (isEmpty) {
        throw empty(name);
      }
      return recording.bulk();
    } catch (BulkFormatException e) {
      throw bad(name, e);
    }
  }

  static IOException empty(String name) {
    return new IOException(name + ": empty, so there is no bulk");
  }

  /** The error that a file has no bulks. */
  static IOException bad(String name, BulkFormatException e) {
    return new IOException(
        name + ": " + e.getMessage() + "; kifs check says what of it is right", e);
  }
}
