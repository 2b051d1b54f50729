package kifs.fs.cli.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import kifs.kernel.record.RecordType;
import org.jspecify.annotations.Nullable;

/**
 * The bulk of a directory of a mount, or of its whole tree. The file stays open between two reads,
 * and is opened again if a read fails, because another daemon may serve the mount by then. Not
 * thread-safe.
 */
final class MountedBulk implements Recorder.Source, AutoCloseable {
  private static final int FIRST_BYTES = 1 << 20;

  /** A bulk is not larger. */
  private static final int MAX_BYTES = 1 << 30;

  private static final String PID = "pid=";

  private final Path directory;
  private final Path path;
  private @Nullable FileChannel file;
  private ByteBuffer buffer = ByteBuffer.allocate(FIRST_BYTES);
  private Object device = 0;
  private long daemon;

  /**
   * @param directory a mount, or a directory of one
   * @param types the types of the records; empty: the default
   */
  MountedBulk(Path directory, List<RecordType> types) {
    this.directory = directory.toAbsolutePath();
    path = directory.resolve(Inputs.bulk(types));
  }

  @Override
  public byte[] read() throws IOException {
    try {
      return read(open());
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private FileChannel open() throws IOException {
    FileChannel open = file;
    // A mount over the old one, or an unmount, shows in the device.
    Object now = device(path);
    if (open == null || !now.equals(device)) {
      close();
      open = FileChannel.open(path, StandardOpenOption.READ);
      file = open;
      device = now;
      // The number of the device may be used again, so it doesn't tell two daemons apart.
      daemon = findDaemon();
    }
    return open;
  }

  private static Object device(Path path) throws IOException {
    return Files.getAttribute(path, "unix:dev");
  }

  /** The process that serves the mount, as the file {@code about} at its root says. */
  private long findDaemon() throws IOException {
    Path root = directory;
    for (Path above = root.getParent(); above != null; above = above.getParent()) {
      if (!device(above).equals(device)) {
        break;
      }
      root = above;
    }
    try (Stream<String> lines = Files.lines(root.resolve("about"), StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith(PID))
          .mapToLong(line -> Long.parseLong(line.substring(PID.length())))
          .findFirst()
          .orElse(0);
    }
  }

  /** A read at offset 0 takes a new snapshot; reads at other offsets continue it. */
  private byte[] read(FileChannel open) throws IOException {
    buffer.clear();
    while (open.read(buffer, buffer.position()) > 0) {
      if (!buffer.hasRemaining()) {
        if (buffer.capacity() >= MAX_BYTES) {
          throw new IOException(path + ": larger than " + MAX_BYTES + " bytes");
        }
        buffer = ByteBuffer.allocate(2 * buffer.capacity()).put(buffer.flip());
      }
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  @Override
  public long daemon() {
    return daemon;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
