package kifs.fs.cli.command;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
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
final class Rotation implements AutoCloseable {
  private static final DateTimeFormatter SUFFIX =
      DateTimeFormatter.ofPattern("'.'uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern HAS_SUFFIX = Pattern.compile("\\.\\d{8}T\\d{6}\\.\\d{3}Z");

  /**
   * When another file begins, and how long earlier ones are kept. Immutable.
   *
   * @param maxBytes a file that is larger is followed by another
   * @param maxAgeNs a file that is older is followed by another
   * @param keepNs earlier files that ended longer ago are deleted
   */
  record Rules(long maxBytes, long maxAgeNs, long keepNs) {
    static final Rules ONE_FILE = new Rules(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    boolean areMany() {
      return !equals(ONE_FILE);
    }
  }

  private final Path file;
  private final Rules rules;
  private FileChannel out;
  private RecordingWriter writer;
  private long beganNs;
  private long earlierBytes;

  /**
   * Makes the file. If the rules make several files, one that exists becomes an earlier one.
   *
   * @param nowNs since 1970
   * @throws java.nio.file.FileAlreadyExistsException if the file exists, and there is only one
   */
  Rotation(Path file, Rules rules, long nowNs) throws IOException {
    this.file = file;
    this.rules = rules;
    if (rules.areMany() && Files.isRegularFile(file)) {
      moveAway(nowNs);
    }
    out = open();
    writer = new RecordingWriter(Channels.newOutputStream(out));
    beganNs = nowNs;
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
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
    boolean isDue = writer.bytes() >= rules.maxBytes || nowNs - beganNs >= rules.maxAgeNs;
    if (!isDue || writer.bytes() == 0) {
      return;
    }
    close();
    earlierBytes += writer.bytes();
    moveAway(nowNs);
    out = open();
    writer = new RecordingWriter(Channels.newOutputStream(out));
    beganNs = nowNs;
  }

  private void moveAway(long nowNs) throws IOException {
    Files.move(file, file.resolveSibling(file.getFileName() + suffix(nowNs)));
    deleteOld(nowNs);
  }

  private static String suffix(long realtimeNs) {
    return SUFFIX.format(Instant.ofEpochSecond(0, realtimeNs));
  }

  private void deleteOld(long nowNs) throws IOException {
    if (rules.keepNs == Long.MAX_VALUE) {
      return;
    }
    String oldest = suffix(nowNs - rules.keepNs);
    String name = String.valueOf(file.getFileName());
    Path directory = file.toAbsolutePath().getParent();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path each : files) {
        String other = each.getFileName().toString();
        String suffix = other.startsWith(name) ? other.substring(name.length()) : "";
        if (HAS_SUFFIX.matcher(suffix).matches() && suffix.compareTo(oldest) < 0) {
          Files.delete(each);
        }
      }
    }
  }

  /** Closes the present file. If a block could only be written in part, it is removed. */
  @Override
  public void close() throws IOException {
    if (out.isOpen() && out.size() > writer.bytes()) {
      out.truncate(writer.bytes());
    }
    out.close();
  }
}
