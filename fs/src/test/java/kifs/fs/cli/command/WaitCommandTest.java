package kifs.fs.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kifs.testing.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pipe's open blocks as that of a threshold does; files stand for events that are there. */
@Timeout(60)
class WaitCommandTest {
  private static final String EVENT = "seq=1 pid=12 comm=a\\x20'b value=0.50 threshold=1G lost=0";

  private final Shell shell = new Shell();

  @TempDir Path directory;
  private String event;
  private String pipe;

  @BeforeEach
  void makeNames() throws IOException {
    event = Files.write(directory.resolve("event"), (EVENT + "\n").getBytes(UTF_8)).toString();
    pipe = directory.resolve("pipe").toString();
    Run.of("mkfifo", pipe).silent();
  }

  @Test
  void theFirstEventIsPrinted() {
    assertEquals(EVENT + "\n", shell.run("wait", pipe, event).silent().out());
  }

  @Test
  void asJson() {
    assertEquals(
        "{\"seq\":1,\"pid\":12,\"comm\":\"a 'b\",\"value\":0.50,\"threshold\":\"1G\",\"lost\":0}\n",
        shell.run("wait", "--json", event).silent().out());
  }

  @Test
  void withoutAnEventItEndsAfterTheTimeout() {
    Run.Result result = shell.run("wait", "--timeout=50ms", pipe);
    assertEquals("kifs wait: no event came in time\n", result.err());
    assertEquals(4, result.status());
  }

  /** The value of a field is one word for the shell, whatever it is. */
  @Test
  void aCommandGetsTheFields() throws IOException {
    Path out = directory.resolve("out");
    Run.Result result =
        shell.run("wait", "--exec", "printf '<%s>' {pid} {comm} > " + out + "; exit 7", event);
    assertEquals(7, result.status());
    assertEquals("<12><a 'b>", Files.readString(out));
  }

  @Test
  void aFieldIsInsertedOnce() {
    assertEquals(
        "echo 'x; {b}' 'y'", EventFields.inserted("echo {a} {b}", Map.of("a", "x; {b}", "b", "y")));
  }

  /** The last line of errors for this thread has the reason. Others' lines are passed over. */
  @Test
  void theReasonOfARefusalIsFound() {
    List<String> errors =
        List.of(
            "time=t tid=7 uid=0 error=EINVAL times=1 name=a reason=old",
            "time=t tid=7 uid=0 error=EINVAL times=1 name=b\\x3dc reason=no option x; a reason=b",
            "time=t tid=77 uid=0 error=EINVAL times=1 name=c reason=of another");
    assertEquals("no option x; a reason=b", RefusalReason.of(errors, "7").orElseThrow());
    assertTrue(RefusalReason.of(errors, "8").isEmpty());
  }

  @Test
  void anEntityThatDoesNotExistIsNamed() {
    String name = directory + "/processes/9/notify/rss/above/1";
    Run.Result result = shell.run("wait", name);
    assertTrue(
        result.err().endsWith(": there is no " + directory + "/processes/9\n"), result::toString);
    assertEquals(1, result.status());
  }

  /** Braces that no event fills are found before the wait. */
  @Test
  void aCommandHasOnlyFieldsOfEvents() {
    Run.Result result = shell.run("wait", "--exec", "echo {pid} {nosuch}", pipe);
    assertTrue(
        result.err().startsWith("kifs wait: --exec: no event has a field {nosuch}; the fields are"),
        result::toString);
    assertEquals(2, result.status());
    assertEquals("echo ''", EventFields.inserted("echo {signal}", Map.of("pid", "1")));
  }

  @Test
  void aNameThatIsRefusedIsAnError() {
    Run.Result result = shell.run("wait", pipe, directory + "/nope");
    assertEquals(
        "kifs wait: " + directory + "/nope: no such name; notify/errors of the mount may say why\n",
        result.err());
    assertEquals(1, result.status());
    assertTrue(result.out().isEmpty());
  }
}
