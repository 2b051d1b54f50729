package kifs.fs.cli.top;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import kifs.fs.cli.table.BadTableException;
import kifs.kernel.bulk.BulkFormatException;
import org.jspecify.annotations.Nullable;

/** The view: reads bulks, lays them out and handles keys until somebody leaves. Not thread-safe. */
public final class Top {
  /**
   * How a view begins.
   *
   * @param columns the names of figures; empty: the usual ones
   * @param sort the name of a figure; empty: CPU time
   * @param filter as it would be typed
   * @param intervalMs the time between two refreshes
   */
  public record Options(
      boolean isThreads,
      boolean isTree,
      List<String> columns,
      String sort,
      String filter,
      long intervalMs) {}

  private final Feed feed;
  private final Display display;
  private final View view;
  private final Controls controls;
  private final Screen screen;
  private final Painter painter;
  private final Rows rows = new Rows();
  private final long intervalNs;
  private Grid grid;
  private Grid spare;
  private Optional<Feed.Frame> frame = Optional.empty();
  private String note = "";

  private Top(Feed feed, Display display, View view, long intervalMs) {
    this.feed = feed;
    this.display = display;
    this.view = view;
    controls = new Controls(view, feed);
    screen = new Screen(view, feed, display.isUtf8());
    painter = new Painter(display.hasColors(), display.isUtf8());
    intervalNs = TimeUnit.MILLISECONDS.toNanos(intervalMs);
    grid = new Grid(display.rows(), display.columns());
    spare = new Grid(display.rows(), display.columns());
  }

  /** Opens the terminal after the first bulk was read, so that an error stays on the screen. */
  public interface Displays {
    Display open() throws IOException;
  }

  /**
   * Shows a mount or a file until somebody leaves.
   *
   * @throws BadTableException if there is no such figure
   * @throws IOException if the first bulk can't be read
   * @throws BulkFormatException if the file is no bulk
   */
  public static void run(Path path, Options options, Displays displays)
      throws IOException, BadTableException, BulkFormatException {
    Kind kind = options.isThreads() ? Kind.THREADS : Kind.PROCESSES;
    View view = new View(kind, options.columns(), options.sort());
    view.isTree = options.isTree();
    view.filter = options.filter();
    try (Feed feed = Files.isDirectory(path) ? new MountFeed(path) : FileFeed.open(path)) {
      Feed.Frame first = feed.read(kind);
      new Top(feed, displays.open(), view, options.intervalMs()).loop(first);
    }
  }

  /**
   * Shows a file once, as the build does to learn which classes that loads.
   *
   * @throws IOException if the file can't be read
   */
  public static void rehearse(Path path) throws IOException {
    String[] keys = {"", "tH", "Hw", "wh", "x", "q"};
    int[] next = {0};
    Display display =
        new Display() {
          @Override
          public int rows() {
            return 30;
          }

          @Override
          public int columns() {
            return 100;
          }

          @Override
          public List<Key> keys(long timeoutMs) {
            byte[] bytes = keys[next[0]++].getBytes(StandardCharsets.US_ASCII);
            return Key.decode(bytes, bytes.length);
          }

          @Override
          public void write(byte[] bytes) {}

          @Override
          public boolean isUtf8() {
            return true;
          }

          @Override
          public boolean hasColors() {
            return true;
          }
        };
    try {
      run(path, new Options(false, false, List.of(), "", "", 1), () -> display);
    } catch (BadTableException | BulkFormatException e) {
      throw new IOException(e);
    }
  }

  private void loop(Feed.Frame first) throws IOException {
    take(first);
    if (rows.lacks(view.figures(), view.sort())) {
      read();
    }
    long next = System.nanoTime() + intervalNs;
    while (true) {
      show();
      long waitNs = feed.isLive() ? Math.max(0, next - System.nanoTime()) : intervalNs;
      List<Key> keys = display.keys(TimeUnit.NANOSECONDS.toMillis(waitNs) + 1);
      boolean isDue = feed.isLive() && next - System.nanoTime() <= 0;
      Controls.@Nullable Action last = null;
      for (Key key : keys) {
        Controls.Action action = controls.handle(key, rows, screen.height(grid.rows()));
        if (action == Controls.Action.QUIT) {
          return;
        }
        if (action == Controls.Action.REDRAW) {
          painter.forget();
        }
        last = action == Controls.Action.READ ? action : last;
        if (last == null) {
          // The next key may mean other rows, as after a filter that was typed at once.
          select();
        }
      }
      if (last == Controls.Action.READ || isDue && !view.isPaused) {
        read();
      }
      if (isDue) {
        // A refresh that is late isn't made up for.
        next = Math.max(next + intervalNs, System.nanoTime());
      }
    }
  }

  private void read() {
    try {
      take(feed.read(view.kind));
      if (rows.lacks(view.figures(), view.sort()) && feed.readMore()) {
        take(feed.read(view.kind));
      }
    } catch (IOException e) {
      note = " " + reason(e) + "; waiting, q quits ";
    } catch (BulkFormatException e) {
      note = " no bulk: " + e.getMessage() + " ";
    }
  }

  private static String reason(IOException e) {
    String message = String.valueOf(e.getMessage());
    boolean isGone =
        message.contains("not connected")
            || message.contains("connection abort")
            || e instanceof NoSuchFileException;
    return isGone ? "the mount has gone: " + message : message;
  }

  private void take(Feed.Frame read) {
    note = "";
    frame = Optional.of(read);
    rows.fill(view.kind, read.bulk(), read.before());
    select();
  }

  private void select() {
    if (frame.isPresent() && rows.kind() == view.kind) {
      rows.select(view.rows(), view.sort(), view.isInverted, view.isTree);
    }
  }

  private void show() throws IOException {
    if (grid.rows() != display.rows() || grid.columns() != display.columns()) {
      grid = new Grid(display.rows(), display.columns());
      spare = new Grid(display.rows(), display.columns());
    }
    Grid next = spare;
    screen.lay(next, frame, rows, note);
    byte[] bytes = painter.paint(next);
    spare = grid;
    grid = next;
    if (bytes.length > 0) {
      display.write(bytes);
    }
  }
}
