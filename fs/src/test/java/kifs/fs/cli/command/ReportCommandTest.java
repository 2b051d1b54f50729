package kifs.fs.cli.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  private static final String HOSTILE = "</td><script>a";
  private static final Pattern TAG = Pattern.compile("<(/?)([a-z0-9]+)[^>]*?(/?)>");
  private static final List<String> EMPTY = List.of("meta", "input");

  private final Shell shell = new Shell();

  @TempDir Path directory;

  /** A process whose memory grows to 4 GiB within a minute, and then ends; and a hostile one. */
  private byte[] recording() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int second = 0; second < 90; second++) {
      List<SampleBulks.Process> processes = new ArrayList<>();
      processes.add(new SampleBulks.Process(1, "init", 1 << 20, 0, "init"));
      if (second < 60) {
        long rss = Math.min(4L << 30, second * (100L << 20));
        long cpu = second * SampleBulks.SECOND;
        processes.add(new SampleBulks.Process(20, "java", rss, cpu, "java"));
      }
      processes.add(new SampleBulks.Process(300, HOSTILE, 1 << 20, 5 * second, "x"));
      all.writeBytes(
          SampleBulks.at("h<b>ost&", second * SampleBulks.SECOND, List.copyOf(processes)));
    }
    return all.toByteArray();
  }

  private Run.Result report(byte[] bulks, String... options) throws IOException {
    Path file = Files.write(directory.resolve("a<i>b"), bulks);
    List<String> arguments = new ArrayList<>(List.of("report", file.toString(), "-o", "-"));
    arguments.addAll(List.of(options));
    return shell.run(arguments.toArray(String[]::new));
  }

  private static String utf8(String out) {
    return new String(out.getBytes(ISO_8859_1), UTF_8);
  }

  @Test
  void saysWhatHappenedAndWhen() throws IOException {
    String page = utf8(report(recording(), "--when=rss>1G", "--when=processes>5").silent().out());
    assertTrue(page.contains("<time>2026-01-01T00:00:11Z</time> java (20): rss&gt;1G"), () -> page);
    assertTrue(page.contains("java (20)</td><td class=\"n\">59.00s</td>"), () -> page);
    assertTrue(page.contains("java (20)</td><td class=\"n\">4.0G</td>"), () -> page);
    assertTrue(page.contains("<td>00:00:00</td><td>00:00:59</td>"), () -> page);
    assertTrue(page.contains("90 moments of a&lt;i&gt;b"), () -> page);
  }

  /** Every element is closed, nothing is loaded, and no text of the recording is an element. */
  @Test
  void allThatComesFromTheRecordingIsEscaped() throws IOException {
    String page = utf8(report(recording(), "--when=comm~script").silent().out());
    assertTrue(page.contains("&lt;/td&gt;&lt;script&gt;a"), () -> page);
    assertTrue(page.contains("<h1>h&lt;b&gt;ost&amp;</h1>"), () -> page);
    assertFalse(page.contains(HOSTILE), () -> page);
    assertEquals(1, page.split("<script", -1).length - 1);
    assertFalse(page.matches("(?s).*(src=|href=|@import|url\\(http).*"), () -> page);
    String body = page.replaceAll("(?s)<(style|script)>.*?</\\1>", "").replaceFirst("<!.*?>", "");
    List<String> open = new ArrayList<>();
    Matcher tag = TAG.matcher(body);
    while (tag.find()) {
      if (!tag.group(1).isEmpty()) {
        assertEquals(open.remove(open.size() - 1), tag.group(2), () -> page);
      } else if (tag.group(3).isEmpty() && !EMPTY.contains(tag.group(2))) {
        open.add(tag.group(2));
      }
    }
    assertEquals(List.of(), open);
  }

  @Test
  void ofAFileThatIsCutOffThePageHasWhatIsRight() throws IOException {
    byte[] whole = recording();
    Run.Result cut = report(Arrays.copyOf(whole, whole.length - 9));
    assertEquals(1, cut.status(), cut::toString);
    assertTrue(cut.err().contains(": byte "), cut::err);
    assertTrue(cut.out().contains("89 moments of"), cut::out);
    assertTrue(cut.out().endsWith("</html>\n"), cut::out);
  }

  @Test
  void whatIsNoFileOrNoComparisonIsRefused() throws IOException {
    shell.misuses("kifs report: needs a file; kifs record makes one", "report", "-o", "x", "-");
    Run.Result when = report(recording(), "--when=rzs>1");
    assertEquals("kifs report: SYSTEM has no column rzs\n", when.err());
    assertEquals(2, when.status());
    Run.Result missing = shell.run("report", directory.resolve("no").toString(), "-o", "-");
    assertTrue(missing.err().endsWith("/no: no such file\n"), missing::err);
    assertEquals(1, missing.status());
    assertEquals(1, report(new byte[0]).status());
  }
}
