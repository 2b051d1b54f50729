package kifs.fs.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.recording.RecordingWriter;
import kifs.testing.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  private final Shell shell = new Shell();
  private final byte[] first = SampleBulks.three();
  private final byte[] second = SampleBulks.at(SampleBulks.SECOND, SampleBulks.THREE);

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("file");
  }

  private byte[] both() {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }

  private Run.Result check(byte[] bytes, String... options) throws IOException {
    Files.write(file, bytes);
    String[] arguments = new String[options.length + 2];
    arguments[0] = "check";
    System.arraycopy(options, 0, arguments, 1, options.length);
    arguments[options.length + 1] = file.toString();
    return shell.run(arguments);
  }

  @Test
  void aRightFile() throws IOException {
    assertEquals(
        file
            + ": right: "
            + both().length
            + " bytes, 2 bulks, 2026-01-01T00:00:00Z to 2026-01-01T00:00:01Z\n",
        check(both()).silent().out());
  }

  /** Cut at each byte of the second bulk, the first one is right, and --repair keeps it. */
  @Test
  void aFileThatIsCutAtAnyByteIsRightToTheLastWholeBulk() throws IOException {
    for (int length = first.length + 1; length < both().length; length++) {
      byte[] cut = Arrays.copyOf(both(), length);
      Run.Result result = check(cut);
      assertEquals(1, result.status(), result::toString);
      assertTrue(result.out().startsWith(file + ": wrong: byte "), result::toString);
      assertTrue(
          result.out().endsWith(": right to byte " + first.length + ": 1 bulk, " + newYear()),
          result::toString);
      if (length % 16 == 0) {
        Run.Result repaired = check(cut, "--repair").silent();
        int lost = length - first.length;
        assertTrue(repaired.out().endsWith(": repaired: " + lost + " bytes were cut off\n"));
        assertArrayEquals(first, Files.readAllBytes(file));
      }
    }
  }

  private static String newYear() {
    return "2026-01-01T00:00:00Z to 2026-01-01T00:00:00Z\n";
  }

  @Test
  void nothingIsCutOffARightFileOrOneThatIsWrongFromTheStart() throws IOException {
    check(both(), "--repair").silent();
    assertArrayEquals(both(), Files.readAllBytes(file));
    byte[] text = "this is a text\n".getBytes(StandardCharsets.UTF_8);
    Run.Result wrong = check(text, "--repair");
    assertEquals(1, wrong.status());
    assertTrue(wrong.out().startsWith(file + ": wrong: byte 15: ends within"), wrong::toString);
    assertArrayEquals(text, Files.readAllBytes(file));
  }

  /** What follows the damage is kept, from the next whole bulk on. */
  @Test
  void aRecordingThatIsDamagedInTheMiddleIsRepaired() throws IOException, BulkFormatException {
    ByteArrayOutputStream recorded = new ByteArrayOutputStream();
    RecordingWriter writer = new RecordingWriter(recorded);
    for (int i = 0; i < 70; i++) {
      byte[] bulk = SampleBulks.at(i * SampleBulks.SECOND, SampleBulks.THREE);
      writer.append(bulk, Optional.empty());
    }
    byte[] damaged = recorded.toByteArray();
    damaged[damaged.length / 2] ^= 1;
    Run.Result found = check(damaged);
    assertEquals(1, found.status());
    int before = Integer.parseInt(found.out().replaceAll("(?s).*: ([0-9]+) bulks, .*", "$1"));
    Run.Result repaired = check(damaged, "--repair").silent();
    assertTrue(repaired.out().contains(" bytes were left out, "), repaired::toString);
    // The 61st bulk is whole again.
    String right = check(Files.readAllBytes(file)).silent().out();
    assertTrue(right.contains(" bytes, " + (before + 10) + " bulks, "), right);
    assertTrue(right.endsWith(" to 2026-01-01T00:01:09Z\n"), right);
  }

  @Test
  void anEmptyFileIsWrong() throws IOException {
    Run.Result result = check(new byte[0]);
    assertEquals(file + ": wrong: empty\n" + file + ": right to byte 0: 0 bulks\n", result.out());
    assertEquals(1, result.status());
  }

  @Test
  void aFileThatCanNotBeReadIsAnotherStatus() {
    Run.Result result = shell.run("check", file.toString());
    assertEquals("kifs check: " + file + ": no such file\n", result.err());
    assertEquals(2, result.status());
    assertEquals(2, shell.run("check", "--repair", "-").status());
  }
}
