package kifs.fs.cli.top;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.recording.RecordingReader;
import org.jspecify.annotations.Nullable;

/** The bulks of a file, of which the last is shown first. Not thread-safe. */
final class FileFeed implements Feed {
  private final Path path;

  /** Where the bulks begin, in bytes. */
  private final List<Long> starts;

  private int moment;

  private FileFeed(Path path, List<Long> starts) {
    this.path = path;
    this.starts = starts;
    moment = starts.size() - 1;
  }

  /**
   * Opens a file. What follows the last bulk that is right is left out.
   *
   * @throws BulkFormatException if the file begins with no bulk
   * @throws IOException if it can't be read, or is empty
   */
  static FileFeed open(Path path) throws IOException, BulkFormatException {
    List<Long> starts = new ArrayList<>();
    try (InputStream in = Channels.newInputStream(FileChannel.open(path))) {
      RecordingReader recording = new RecordingReader(in);
      long start = 0;
      while (recording.advance()) {
        starts.add(start);
        start = recording.wholeBytes();
      }
    } catch (BulkFormatException e) {
      if (starts.isEmpty()) {
        throw e;
      }
    }
    if (starts.isEmpty()) {
      throw new IOException(path + ": empty, so there is no bulk");
    }
    return new FileFeed(path, starts);
  }

  @Override
  public Frame read(Kind kind) throws IOException, BulkFormatException {
    BulkReader bulk = bulk(moment);
    @Nullable BulkReader before = moment == 0 ? null : bulk(moment - 1);
    return new Frame(
        bulk, before != null && Arrays.equals(boot(before), boot(bulk)) ? before : null);
  }

  private static byte[] boot(BulkReader bulk) {
    return bulk.snapshot().bytes(SnapshotRecord.BOOT_ID);
  }

  private BulkReader bulk(int number) throws IOException, BulkFormatException {
    try (FileChannel channel = FileChannel.open(path).position(starts.get(number))) {
      RecordingReader recording = new RecordingReader(Channels.newInputStream(channel));
      if (!recording.advance()) {
        throw new IOException(path + ": the file has become shorter");
      }
      return recording.bulk();
    }
  }

  @Override
  public boolean readMore() {
    return false;
  }

  @Override
  public boolean isLive() {
    return false;
  }

  @Override
  public boolean move(int moments) {
    int before = moment;
    moment = Math.max(0, Math.min(moment + moments, starts.size() - 1));
    return moment != before;
  }

  @Override
  public String moment() {
    return "moment " + (moment + 1) + " of " + starts.size();
  }

  @Override
  public String unusual(Kind kind, int id) {
    return "";
  }

  @Override
  public Optional<Detail> detail(Kind kind, int pid, int id) {
    return Optional.empty();
  }

  /** A file may be of another host, so no name is known. */
  @Override
  public String userName(long uid) {
    return "";
  }

  @Override
  public void close() {}
}
