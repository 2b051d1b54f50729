package kifs.fs.cli.top;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.recording.Recording;
import org.jspecify.annotations.Nullable;

/** The bulks of a file or a recording, of which the last is shown first. Not thread-safe. */
final class FileFeed implements Feed {
  private final Recording recording;
  private int moment;

  private FileFeed(Recording recording) {
    this.recording = recording;
    moment = recording.moments().size() - 1;
  }

  /**
   * Opens a file. What can't be read is left out.
   *
   * @throws BulkFormatException if the file has no bulk
   * @throws IOException if it can't be read, or is empty
   */
  static FileFeed open(Path path) throws IOException, BulkFormatException {
    Recording recording = Recording.open(path);
    if (!recording.moments().isEmpty()) {
      return new FileFeed(recording);
    }
    recording.close();
    @Nullable BulkFormatException problem = recording.problem().orElse(null);
    if (problem != null) {
      throw problem;
    }
    throw new IOException(path + ": empty, so there is no bulk");
  }

  @Override
  public Frame read(Kind kind) throws IOException, BulkFormatException {
    @Nullable BulkReader before = moment == 0 ? null : recording.bulk(moment - 1);
    BulkReader bulk = recording.bulk(moment);
    boolean isSameBoot = before != null && before.boot().equals(bulk.boot());
    return new Frame(bulk, isSameBoot ? before : null);
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
    // The file may still be recorded.
    refresh();
    moment = Math.max(0, Math.min(moment + moments, recording.moments().size() - 1));
    return moment != before;
  }

  private void refresh() {
    try {
      recording.refresh();
    } catch (IOException e) {
      // Then there is no more than what was found.
    }
  }

  @Override
  public String moment() {
    return "moment " + (moment + 1) + " of " + recording.moments().size();
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
  public void close() throws IOException {
    recording.close();
  }
}
