package kifs.fs.cli.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import kifs.kernel.recording.RecordingWriter;

/**
 * The files of a recording: the present one, and earlier ones with the time of their end after the
 * name. Not thread-safe.
 */
final class Rotation {
  private static final DateTimeFormatter SUFFIX =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern HAS_SUFFIX = Pattern.compile(".*\\.\\d{8}T\\d{6}\\.\\d{3}Z");

  private final Path file;
  private final long maxBytes;
  private final long maxAgeNs;
  private final long keepNs;
  private OutputStream out;
  private RecordingWriter writer;
  private long beganNs;
  private long earlierBytes;

  /**
   * Makes the file, which must not exist.
   *
   * @param maxBytes a file that is larger is followed by another
   * @param maxAgeNs a file that is older is followed by another
   * @param keepNs earlier files that ended longer ago are deleted
   * @param nowNs since 1970
   */
  Rotation(Path file, long maxBytes, long maxAgeNs, long keepNs, long nowNs) throws IOException {
    this.file = file;
    this.maxBytes = maxBytes;
    this.maxAgeNs = maxAgeNs;
    this.keepNs = keepNs;
    out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    writer = new RecordingWriter(out);
    beganNs = nowNs;
  }

  /** The writer of the present file. */
  RecordingWriter writer() {
    return writer;
  }

  /** The number of bytes in all files that were written, with those that were deleted. */
  long bytes() {
    return earlierBytes + writer.bytes();
  }

  /** Begins another file if the present one is too large or too old. */
  void rotate(long nowNs) throws IOException {
    if (writer.bytes() < maxBytes && nowNs - beganNs < maxAgeNs || writer.bytes() == 0) {
      return;
    }
    out.close();
    earlierBytes += writer.bytes();
    String suffix = SUFFIX.format(Instant.ofEpochSecond(0, nowNs));
    Files.move(file, file.resolveSibling(file.getFileName() + "." + suffix));
    deleteOld(nowNs);
    out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    writer = new RecordingWriter(out);
    beganNs = nowNs;
  }

  private void deleteOld(long nowNs) throws IOException {
    String oldest =
        file.getFileName() + "." + SUFFIX.format(Instant.ofEpochSecond(0, nowNs - keepNs));
    Path directory = file.toAbsolutePath().getParent();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path each : files) {
        String name = each.getFileName().toString();
        boolean isEarlier =
            name.startsWith(file.getFileName() + ".")
                && name.length() == oldest.length()
                && HAS_SUFFIX.matcher(name).matches();
        if (isEarlier && name.compareTo(oldest) < 0) {
          Files.delete(each);
        }
      }
    }
  }

  void close() throws IOException {
    out.close();
  }
}
