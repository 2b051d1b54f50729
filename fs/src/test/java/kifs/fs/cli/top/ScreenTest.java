package kifs.fs.cli.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.IntStream;
import kifs.fs.cli.table.BadTableException;
import kifs.fs.cli.top.TopBulks.Process;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScreenTest {
  private static final List<Process> PROCESSES =
      List.of(
          new Process(1, 0, 0, "init", 9 << 20, 3, 1),
          new Process(20, 1, 7, "java", 1L << 30, 100, 1),
          new Process(300, 20, 7, "e\u001b[2J", 4096, 0.02, 1),
          new Process(4000, 20, 7, "日本é", 8192, 0, 1));

  /** A feed with one moment, in which process 20 is unusual. */
  private static final class OneFeed implements Feed {
    @Override
    public Frame read(Kind kind) {
      return new Frame(TopBulks.bulk(1000, PROCESSES), null);
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
      return moments > 0;
    }

    @Override
    public String moment() {
      return "moment 1 of 1";
    }

    @Override
    public String unusual(Kind kind, int id) {
      return id == 20 ? "cpu 97, usually 3-12" : "";
    }

    @Override
    public Optional<Detail> detail(Kind kind, int pid, int id) {
      return Optional.of(new Detail("java -jar x", new double[] {0, 50, Double.NaN, 100}));
    }

    @Override
    public String userName(long uid) {
      return uid == 0 ? "root" : "";
    }

    @Override
    public void close() throws IOException {}
  }

  private final Feed feed = new OneFeed();
  private final Rows rows = new Rows();
  private View view;
  private Controls controls;
  private Grid grid = new Grid(24, 100);

  @BeforeEach
  void begin() throws BadTableException {
    view = new View(Kind.PROCESSES, List.of(), "");
    controls = new Controls(view, feed);
  }

  private Controls.Action press(String keys) {
    Controls.Action last = Controls.Action.SHOW;
    byte[] bytes = keys.getBytes(UTF_8);
    for (Key key : Key.decode(bytes, bytes.length)) {
      fill();
      last = controls.handle(key, rows, 10);
    }
    return last;
  }

  private void fill() {
    rows.fill(view.kind, TopBulks.bulk(1000, PROCESSES), null);
    rows.select(view.rows(), view.sort(), view.isInverted, view.isTree);
  }

  private List<String> shown() {
    fill();
    Feed.Frame frame = new Feed.Frame(TopBulks.bulk(1000, PROCESSES), null);
    new Screen(view, feed, false).lay(grid, Optional.of(frame), rows, "");
    return IntStream.range(0, grid.rows()).mapToObj(grid::line).toList();
  }

  /** The names of the processes on the screen. */
  private String names() {
    List<String> names = new ArrayList<>();
    for (String line : shown()) {
      if (line.matches(".? *\\d+ +\\d.*[SR] .*")) {
        names.add(line.replaceAll(".* ", ""));
      }
    }
    return String.join(" ", names);
  }

  @Test
  void theWholeScreen() {
    List<String> lines = shown();
    assertEquals("tiny 2026-01-01T00:00:00Z up 16m40s  4 processes, moment 1 of 1", lines.get(0));
    assertEquals("CPU[||||||||||||       50.0%] of 2 CPUs, io 0.0%, stolen 0.0%", lines.get(1));
    assertEquals("Mem[||||||         1.0G/4.0G] swap 0/0", lines.get(2));
    assertEquals(
        "  PID UID PRIORITY NICE VSIZE  RSS STATE THREADS CPU% RUNTIME COMM", lines.get(4));
    assertEquals(
        "!  20   7        -    -     - 1.0G S           - 10.0   1m40s java", lines.get(5));
    assertEquals(
        "  300   7        -    -     - 4.0K S           -  0.0    20ms e\\x1b[2J", lines.get(7));
    assertEquals("20 java cpu 97, usually 3-12 _= # java -jar x", lines.get(22).replace("  ", " "));
    assertTrue(lines.get(23).startsWith("F1Help F3Search"), lines.get(23));
  }

  /** The id, the sorted column and the name are always there, and no cell is outside. */
  @ParameterizedTest
  @CsvSource({"24, 40", "5, 20", "3, 1", "1, 1", "50, 300"})
  void fitsAnyScreen(int height, int width) {
    grid = new Grid(height, width);
    List<String> lines = shown();
    assertEquals(height, lines.size());
    if (width == 40) {
      assertEquals("  PID UID PRIORITY CPU% COMM", lines.get(4));
    }
    for (View.Mode mode : View.Mode.values()) {
      view.choices = List.of(new View.Choice("one", 1));
      view.mode = mode;
      shown();
    }
  }

  @Test
  void keysOfHtop() {
    assertEquals("java init e\\x1b[2J 日本é", names());
    press("M");
    assertEquals("java init 日本é e\\x1b[2J", names());
    press("I");
    assertEquals("e\\x1b[2J 日本é init java", names());
    press("N");
    press("I");
    assertEquals("init java e\\x1b[2J 日本é", names());
    press("t");
    assertEquals("init `-java |-e\\x1b[2J `-日本é", names());
    press("\u001b[15~");
    assertEquals(Controls.Action.QUIT, press("q"));
    assertEquals(Controls.Action.QUIT, press("\u001b[21~"));
    assertEquals(Controls.Action.READ, press("H"));
    assertEquals(Kind.THREADS, view.kind);
    assertEquals(Controls.Action.READ, press("H"));
    assertEquals(Controls.Action.READ, press("]"));
    assertEquals(Controls.Action.SHOW, press("["));
    press("h");
    assertTrue(shown().get(0).startsWith("kifs top shows"));
    press("x");
    assertEquals(View.Mode.TABLE, view.mode);
  }

  @Test
  void filtersWhileTyping() {
    press("\\JA");
    assertEquals("java", names());
    press("\u007f\u007frss>1M");
    assertEquals("java init", names());
    assertTrue(shown().get(23).startsWith("Filter: rss>1M_"), shown().get(23));
    press("\r");
    assertTrue(shown().get(23).contains("filter: rss>1M"), shown().get(23));
    press("\u001b");
    assertEquals("java init e\\x1b[2J 日本é", names());
  }

  @Test
  void searchesAndTags() {
    press("/init\r");
    assertEquals(1, view.selectedId);
    press(" ");
    assertTrue(shown().stream().anyMatch(line -> line.startsWith("+   1 ")));
    assertEquals(300, view.selectedId);
    press("\u001b[F");
    assertEquals(4000, view.selectedId);
    press("\u001b[H\u001bOB");
    assertEquals(1, view.selectedId);
    press("U");
    assertFalse(shown().stream().anyMatch(line -> line.startsWith("+")));
  }

  @Test
  void choosesOrderAndUser() {
    press("\u001b[17~");
    assertEquals(View.Mode.SORT, view.mode);
    assertEquals("runtime/s", view.choices.get(view.choice).text());
    press("c");
    while (!view.choices.get(view.choice).text().equals("comm")) {
      press("c");
    }
    press("\r");
    assertEquals("e\\x1b[2J init java 日本é", names());
    press("u");
    assertEquals("0 root", view.choices.get(1).text());
    press("\u001b[B\u001b[B\r");
    assertEquals("e\\x1b[2J java 日本é", names());
  }

  @Test
  void aSelectionFollowsItsProcessIfThatIsWanted() {
    press("F/init\r");
    press("I");
    shown();
    assertEquals(1, view.selectedId);
  }

  /** The bytes of a painter, read by a tiny terminal, are the grid. */
  @Test
  void paintsOnlyWhatChanged() {
    Painter painter = new Painter(true, true);
    Grid before = new Grid(4, 12);
    before.put(0, 0, 12, "a日本b", Style.BOLD);
    before.put(2, 5, 12, "hello", Style.PLAIN);
    Terminal terminal = new Terminal(4, 12);
    terminal.take(painter.paint(before));
    terminal.assertShows(before);
    assertArrayEquals(new byte[0], painter.paint(before));
    Grid next = new Grid(4, 12);
    next.put(0, 0, 12, "ab本日", Style.BOLD);
    next.put(2, 5, 12, "hellO", Style.ALARM);
    byte[] bytes = painter.paint(next);
    terminal.take(bytes);
    terminal.assertShows(next);
    next = new Grid(4, 12);
    terminal.take(painter.paint(next));
    terminal.assertShows(next);
  }

  @Test
  void withoutUtf8AndColorsThereAreNone() {
    Grid accents = new Grid(1, 10);
    accents.put(0, 0, 10, "é日x", Style.ALARM);
    String bytes = new String(new Painter(false, false).paint(accents), UTF_8);
    assertTrue(bytes.contains("???x"), bytes);
    assertTrue(bytes.chars().allMatch(c -> c < 0x80), bytes);
    assertFalse(bytes.contains("31"), bytes);
    assertEquals("_= #", Sparkline.of(new double[] {0, 50, Double.NaN, 100}, 9, false));
    assertEquals("▅ █", Sparkline.of(new double[] {0, 50, Double.NaN, 100}, 3, true));
    assertEquals("", Sparkline.of(new double[] {1}, -3, true));
  }

  @Test
  void readsTablesOfTheMount() {
    String table =
        "SCORE METRIC NOW USUAL PID UID COMMAND\n7.5 cpu 97% 3..12% 20 0 a b\n2 x 1 2 3 0 c\n";
    assertEquals("{20=cpu 97%, usually 3..12%}", UnusualTable.parse(table).toString());
    assertEquals("{}", UnusualTable.parse("").toString());
    assertArrayEquals(
        new double[] {1, Double.NaN}, HistoryText.last("time,seconds,cpu\nx,1,1\ny,1,\n", "cpu"));
    assertArrayEquals(new double[0], HistoryText.last("", "cpu"));
  }

  @Test
  void keysOfTerminals() {
    byte[] bytes = "\u001bOP\u001b[11~\u001b[[A\u001b[5~\u001b[99~x\u001b".getBytes(UTF_8);
    Queue<Key> keys = new ArrayDeque<>(Key.decode(bytes, bytes.length));
    for (Key.Name name :
        List.of(Key.Name.F1, Key.Name.F1, Key.Name.F1, Key.Name.PAGE_UP, Key.Name.UNKNOWN)) {
      assertEquals(Key.of(name), keys.remove());
    }
    assertEquals(Key.of('x'), keys.remove());
    assertEquals(Key.of(Key.Name.ESCAPE), keys.remove());
    assertTrue(keys.isEmpty());
  }
}
