package kifs.fs.cli.series;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import kifs.notifier.history.detector.Direction;
import kifs.notifier.history.detector.LoneSeries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesScorerTest {
  private static final double THRESHOLD = 6;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private long score(LoneSeries series, InputStream in) throws IOException {
    return new SeriesScorer(series, THRESHOLD, new PrintStream(err, true, UTF_8)).score(in, out);
  }

  private long score(LoneSeries series, String input) throws IOException {
    return score(series, new ByteArrayInputStream(input.getBytes(UTF_8)));
  }

  private List<String> lines() {
    return out.toString(UTF_8).lines().toList();
  }

  /** Two months of steady values each hour, then ten that are too high, a pause, ten too low. */
  private static String steadyWithFaults() {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder("timestamp,value\n");
    for (int i = 0; i < 1900; i++) {
      double fault = i >= 1500 && i < 1510 ? 100 : i >= 1800 && i < 1810 ? -100 : 0;
      text.append(i * 3600L).append(',').append(50 + random.nextGaussian() + fault).append('\n');
    }
    return text.toString();
  }

  /** The numbers of the lines between these two that have the flag; the first is 0. */
  private List<Integer> flagged(int from, int to) {
    List<String> all = lines();
    return IntStream.range(from, to).filter(i -> all.get(i).endsWith(",1")).boxed().toList();
  }

  /** Fails unless the ten lines from one on, and none of those from the other on, are flagged. */
  private void assertFlagged(int fault, int other) {
    assertTrue(!flagged(fault, fault + 10).isEmpty(), "the fault at " + fault);
    assertEquals(List.of(), flagged(other, other + 10));
  }

  @Test
  void eachLineHasItsScoreInOrderAndAsTheDetectorGivesIt() throws IOException {
    String input = steadyWithFaults();
    assertEquals(0, score(new LoneSeries(), input));
    List<String> samples = input.lines().skip(1).toList();
    assertEquals(samples.size(), lines().size());
    LoneSeries expected = new LoneSeries();
    for (int i = 0; i < samples.size(); i++) {
      String[] fields = samples.get(i).split(",");
      double score =
          expected.update(Long.parseLong(fields[0]) * 1_000_000_000, Double.parseDouble(fields[1]));
      String[] found = lines().get(i).split(",");
      assertEquals(samples.get(i), found[0] + "," + found[1]);
      assertEquals(score, Double.parseDouble(found[2]), 0.005);
      assertEquals(score >= THRESHOLD ? "1" : "0", found[3]);
    }
    assertEquals(1500, flagged(0, 1510).get(0));
    assertEquals(1800, flagged(1800, 1810).get(0));
    assertEquals("", err.toString(UTF_8));
  }

  @Test
  void onlyTheDirectionThatWasAskedForCounts() throws IOException {
    score(LoneSeries.of(Direction.UP), steadyWithFaults());
    assertFlagged(1500, 1800);
    out.reset();
    score(LoneSeries.of(Direction.DOWN), steadyWithFaults());
    assertFlagged(1800, 1500);
  }

  @Test
  void badLinesAreReportedByNumberAndSkipped() throws IOException {
    String input =
        "1,1\n"
            + "time,value\n"
            + "2,2,2\n"
            + "\n"
            + "yesterday,3\n"
            + "4,NaN\n"
            + "5,0x10\n"
            + "6,6d\n"
            + "7,\u001b[31m\n"
            + "8,"
            + "9".repeat(5000)
            + "\n"
            + "2026-01-01 00:00:00,\"9.5\"\r\n"
            + " 10 , 1e1 ";
    assertEquals(8, score(new LoneSeries(), input));
    assertEquals(List.of("1,1,0.00,0", "2026-01-01 00:00:00,9.5,0.00,0", "10,1e1,0.00,0"), lines());
    assertEquals(
        List.of(
            "line 2: not a time: time",
            "line 3: not timestamp,value: 2,2,2",
            "line 5: not a time: yesterday",
            "line 6: not a number: NaN",
            "line 7: not a number: 0x10",
            "line 8: not a number: 6d",
            "line 9: not a number: \\x1b[31m",
            "line 10: longer than 1024 bytes"),
        err.toString(UTF_8).lines().toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"timestamp,value", "\ufefftimestamp,value", "\"time\",\"cpu %\"", "t,v\r"})
  void aHeaderIsSkipped(String header) throws IOException {
    assertEquals(0, score(new LoneSeries(), header + "\n1,2\n"));
    assertEquals(List.of("1,2,0.00,0"), lines());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-01-01,nan", "yesterday,3", "time,value,label"})
  void aBadFirstLineIsNoHeader(String line) throws IOException {
    assertEquals(1, score(new LoneSeries(), line + "\n1,2\n"));
    assertTrue(err.toString(UTF_8).startsWith("line 1: "), () -> err.toString(UTF_8));
  }

  /** A pattern of ten hours is no alarm once it is known, but it is without the period. */
  @Test
  void aKnownPeriodIsLearned() throws IOException {
    Random random = new Random(2);
    StringBuilder text = new StringBuilder();
    for (int minute = 0; minute < 600 * 40; minute += 2) {
      boolean isFault = minute >= 600 * 38 + 300 && minute < 600 * 38 + 320;
      double usual = minute % 600 < 300 ? 0 : 1000;
      double value = isFault ? 1000 - usual : usual;
      text.append(minute * 60L).append(',').append(value + random.nextGaussian()).append('\n');
    }
    long periodNs = 600 * 60 * 1_000_000_000L;
    score(LoneSeries.ofPeriod(Direction.BOTH, periodNs), text.toString());
    assertTrue(!flagged(300 * 38 + 150, 300 * 38 + 165).isEmpty(), "the fault");
    assertEquals(List.of(), flagged(300 * 30, 300 * 38 + 150), "before the fault");
  }

  /** A reader of the output must not wait for more input than there is. */
  @Test
  void theAnswerIsFlushedBeforeTheNextRead() throws IOException {
    byte[][] chunks = {"1,1\n2,".getBytes(UTF_8), "2\n3,3\n".getBytes(UTF_8)};
    InputStream in =
        new InputStream() {
          private int reads;

          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] to, int offset, int length) {
            if (reads == 1) {
              assertEquals(List.of("1,1,0.00,0"), lines());
            }
            if (reads == chunks.length) {
              return -1;
            }
            byte[] chunk = chunks[reads++];
            System.arraycopy(chunk, 0, to, offset, chunk.length);
            return chunk.length;
          }
        };
    assertEquals(0, score(new LoneSeries(), in));
    assertEquals(3, lines().size());
  }

  @Test
  void anOutputThatFailsEndsIt() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    InputStream endless =
        new InputStream() {
          private int at;

          @Override
          public int read() {
            return "1,1\n".charAt(at++ % 4);
          }

          @Override
          public int read(byte[] into, int from, int length) {
            for (int i = 0; i < length; i++) {
              into[from + i] = (byte) read();
            }
            return length;
          }
        };
    SeriesScorer scorer = new SeriesScorer(new LoneSeries(), THRESHOLD, System.err);
    assertThrows(IOException.class, () -> scorer.score(endless, broken));
  }
}
