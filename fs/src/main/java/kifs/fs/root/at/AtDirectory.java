package kifs.fs.root.at;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.function.IntFunction;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.recording.PointInTime;
import kifs.kernel.recording.Recording;

/**
 * {@code at/}: a directory for each moment of a recording, with the tree of that moment. Other
 * times ({@code 2026-11-29T21:00:00Z}, {@code -5m}, {@code last}) are names of the last moment at
 * or before them. Immutable.
 *
 * @param trees the tree of a moment, by its index. It is made when somebody enters it
 */
public record AtDirectory(Recording recording, IntFunction<Directory> trees) implements Directory {
  public static final String NAME = "at";

  @Override
  public Node lookup(String name, Caller caller) {
    refresh();
    int index = find(name);
    return new Directory() {
      @Override
      public Node lookup(String child, Caller reader) {
        return trees.apply(index).lookup(child, reader);
      }

      @Override
      public List<Entry> list(Caller reader) {
        return trees.apply(index).list(reader);
      }
    };
  }

  private int find(String name) {
    try {
      return PointInTime.parse(name)
          .find(recording)
          .orElseThrow(() -> new FsException(Errno.ENOENT, "no bulk was taken before " + name));
    } catch (DateTimeException e) {
      throw new FsException(Errno.ENOENT, "not a time: " + name);
    }
  }

  @Override
  public List<Entry> list(Caller caller) {
    refresh();
    return recording.moments().stream()
        .map(moment -> Instant.ofEpochSecond(0, moment.realtimeNs()).toString())
        .distinct()
        .map(name -> new Entry(name, Kind.DIRECTORY))
        .toList();
  }

  /** The file may have grown. */
  private void refresh() {
    try {
      recording.refresh();
    } catch (IOException e) {
      throw new FsException(Errno.EIO, "the recording can't be read: " + e.getMessage());
    }
  }
}
