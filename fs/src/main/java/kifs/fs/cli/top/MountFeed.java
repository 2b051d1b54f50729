package kifs.fs.cli.top;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.SnapshotRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads bulks of a mount, with only the records that are shown. It keeps the file open, and reads
 * into two buffers in turn, because rates need the bulk before. Not thread-safe.
 */
final class MountFeed implements Feed {
  private static final int FIRST_BYTES = 1 << 20;

  /** The time after which it is asked again what is unusual, and for the history of a row. */
  private static final long ASK_NS = 3_000_000_000L;

  private final Path directory;
  private final Users users = new Users();
  private final Map<Integer, String> unusual = new HashMap<>();
  private @Nullable FileChannel channel;
  private boolean readsMore;
  private @Nullable Kind open;
  private ByteBuffer buffer = allocate(FIRST_BYTES);
  private ByteBuffer other = allocate(FIRST_BYTES);
  private @Nullable BulkReader last;
  private long askedNs;
  private int detailId;
  private long detailNs;
  private Optional<Detail> detail = Optional.empty();

  MountFeed(Path directory) {
    this.directory = directory;
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public Frame read(Kind kind) throws IOException, BulkFormatException {
    try {
      FileChannel from = opened(kind);
      ByteBuffer spare = buffer;
      buffer = other;
      other = spare;
      readAll(from);
      BulkReader before = last;
      last = new BulkReader(buffer.flip());
      askUnusual(kind);
      return new Frame(last, before);
    } catch (IOException | BulkFormatException e) {
      close();
      throw e;
    }
  }

  private FileChannel opened(Kind kind) throws IOException {
    FileChannel present = channel;
    if (present == null || open != kind) {
      close();
      String query = "bulk?tags=system," + kind.tag() + (readsMore ? "" : "&fields=light");
      present = FileChannel.open(directory.resolve(query));
      channel = present;
      open = kind;
    }
    return present;
  }

  /** Reads a whole bulk into the buffer, which grows as it must. */
  private void readAll(FileChannel from) throws IOException {
    buffer.clear();
    int fixed = SnapshotRecord.TYPE.size();
    while (true) {
      int read = from.read(buffer, buffer.position());
      int length = buffer.position();
      long claimed = length < fixed ? fixed : buffer.getLong(SnapshotRecord.BYTES.offset());
      if (read < 0 || length >= claimed) {
        return;
      }
      if (!buffer.hasRemaining()) {
        long size = Math.min(Integer.MAX_VALUE - 8L, Math.max(claimed, 2L * length));
        buffer = allocate((int) size).put(buffer.flip());
      }
    }
  }

  private void askUnusual(Kind kind) {
    long now = System.nanoTime();
    if (kind == Kind.WAITS || askedNs != 0 && now - askedNs < ASK_NS) {
      return;
    }
    askedNs = now;
    unusual.clear();
    Path table = directory.resolve(kind == Kind.THREADS ? "unusual/threads" : "unusual/processes");
    try {
      unusual.putAll(UnusualTable.parse(Files.readString(table, StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      // This mount has no history, or is a part of one.
    }
  }

  @Override
  public boolean readMore() {
    boolean isChange = !readsMore;
    readsMore = true;
    open = isChange ? null : open;
    return isChange;
  }

  @Override
  public boolean isLive() {
    return true;
  }

  @Override
  public boolean move(int moments) {
    return false;
  }

  @Override
  public String moment() {
    return "";
  }

  @Override
  public String unusual(Kind kind, int id) {
    return kind == open ? unusual.getOrDefault(id, "") : "";
  }

  @Override
  public Optional<Detail> detail(Kind kind, int pid, int id) {
    long now = System.nanoTime();
    if (id != detailId || now - detailNs > ASK_NS) {
      detailId = id;
      detailNs = now;
      detail = ask(kind, pid, id);
    }
    return detail;
  }

  private Optional<Detail> ask(Kind kind, int pid, int id) {
    Path entity = directory.resolve("processes").resolve(Integer.toString(pid));
    Path own =
        kind == Kind.PROCESSES ? entity : entity.resolve("threads").resolve(Integer.toString(id));
    String command = text(entity.resolve("cmdline")).strip();
    double[] series = HistoryText.last(text(own.resolve("history")), "cpu");
    return Optional.of(new Detail(command, series));
  }

  /** A file of the mount; empty if there is none, or the process has ended. */
  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public String userName(long uid) {
    return users.name(uid);
  }

  @Override
  public void close() throws IOException {
    last = null;
    askedNs = 0;
    FileChannel present = channel;
    channel = null;
    if (present != null) {
      present.close();
    }
  }
}
