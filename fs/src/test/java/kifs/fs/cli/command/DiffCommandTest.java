package kifs.fs.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kifs.testing.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {
  private final Shell shell = new Shell();

  @TempDir Path directory;
  private String before;
  private String after;

  @BeforeEach
  void write() throws IOException {
    before = write("before", SampleBulks.three());
    after =
        write(
            "after",
            SampleBulks.at(
                SampleBulks.SECOND,
                List.of(
                    SampleBulks.THREE.get(0),
                    new SampleBulks.Process(20, "java", 3L << 30, 130 * SampleBulks.SECOND, "x"),
                    new SampleBulks.Process(40, "new one", 5 << 20, 0, "new"))));
  }

  private String write(String name, byte[] bulk) throws IOException {
    return Files.write(directory.resolve(name), bulk).toString();
  }

  @Test
  void whoCameWentAndChanged() {
    Run.Result result = shell.run("diff", before, after);
    assertEquals(
        "+ pid=40 comm=new\\x20one\n"
            + "- pid=300 comm=e\\x1b[2J\n"
            + "~ pid=20 comm=java rss_bytes=1.0G>3.0G runtime_ns=1m40s>2m10s\n",
        result.out());
    assertEquals("", result.err());
    assertEquals(1, result.status());
  }

  @Test
  void columnsTypesAndUnitsCanBeChosen() {
    Run.Result rss = shell.run("diff", before, after, "--columns=rss", "--units=raw");
    assertTrue(rss.out().endsWith("~ pid=20 comm=java rss_bytes=1073741824>3221225472\n"));
    Run.Result commands = shell.run("diff", before, after, "--tags=command");
    assertTrue(
        commands.out().endsWith("~ pid=20 command_line=java\\x20-jar\\x20a,b\\x20\"c\".jar>x\n"),
        commands::toString);
  }

  /** What rounding would make equal is shown in full. */
  @Test
  void aSmallChangeIsVisible() throws IOException {
    SampleBulks.Process more = new SampleBulks.Process(20, "java", (1L << 30) + 4096, 0, "x");
    String small = write("small", SampleBulks.at(0, List.of(more)));
    Run.Result result = shell.run("diff", before, small, "--columns=rss");
    assertTrue(
        result.out().endsWith("~ pid=20 comm=java rss_bytes=1073741824>1073745920\n"),
        result::toString);
  }

  /** The same pid with another start is another process. */
  @Test
  void aReusedPidCameAndWent() throws IOException {
    byte[] bulk = SampleBulks.three();
    byte[] reused = SampleBulks.at(0, SampleBulks.THREE, 5 * SampleBulks.SECOND);
    Run.Result result = shell.run("diff", write("a", bulk), write("b", reused));
    assertTrue(result.out().startsWith("+ pid=1 comm=init\n"), result::toString);
    assertTrue(result.out().contains("- pid=1 comm=init\n"), result::toString);
  }

  @Test
  void nothingDiffersFromItself() {
    assertEquals("", shell.run("diff", before, before, "--columns=all").silent().out());
  }

  @Test
  void troubleIsAStatusOfItsOwn() {
    assertEquals(2, shell.run("diff", before).status());
    assertEquals(2, shell.run("diff", "-", "-").status());
    assertEquals(2, shell.run("diff", before, after, "--columns=rzs").status());
    Run.Result missing = shell.run("diff", before, after + "x");
    assertEquals("kifs diff: " + after + "x: no such file\n", missing.err());
    assertEquals(2, missing.status());
  }
}
