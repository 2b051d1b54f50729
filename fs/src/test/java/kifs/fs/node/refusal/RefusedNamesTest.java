package kifs.fs.node.refusal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import org.junit.jupiter.api.Test;

/** The text of the file errors. */
class RefusedNamesTest {
  private Instant now = Instant.parse("2026-11-30T06:00:00.123456Z");
  private final RefusedNames names = new RefusedNames(() -> now);

  private void add(long uid, String name) {
    names.add(new Caller(uid, uid, 41), Errno.EINVAL, name, "no unit MB; K M");
  }

  private List<String> lines(long uid) {
    return names.text(uid, uid == 0).lines().toList();
  }

  @Test
  void aLineSaysWhoUsedWhichNameAndWhyItWasRefused() {
    add(1000, "processes/each/notify/rss/above/1 MB");
    assertEquals(
        "time=2026-11-30T06:00:00.123Z tid=41 uid=1000 error=EINVAL times=1"
            + " name=processes/each/notify/rss/above/1\\x20MB reason=no unit MB; K M\n",
        names.text(1000, false));
  }

  @Test
  void aUserSeesOnlyHisOwnAndRootSeesAll() {
    add(1000, "a");
    add(0, "b");
    add(1001, "c");
    assertEquals(1, lines(1000).size());
    assertTrue(lines(1000).get(0).contains(" name=a "));
    assertEquals(List.of(), lines(1002));
    assertEquals(3, lines(0).size());
  }

  @Test
  void aNameThatIsRefusedAgainIsOneLineAtTheEnd() {
    add(7, "a");
    now = now.plusSeconds(1);
    add(7, "b");
    now = now.plusSeconds(1);
    add(7, "a");
    assertEquals(2, lines(7).size());
    assertTrue(lines(7).get(1).contains(" times=2 name=a "), lines(7)::toString);
  }

  @Test
  void whatIsKeptIsBounded() {
    for (int i = 0; i < 10 * RefusedNames.MAX_NAMES_PER_USER; i++) {
      add(7, "name" + i);
    }
    assertEquals(RefusedNames.MAX_NAMES_PER_USER, lines(7).size());
    assertTrue(lines(7).get(RefusedNames.MAX_NAMES_PER_USER - 1).contains("=name319 "));
    for (int uid = 1000; uid < 1000 + 2 * RefusedNames.MAX_USERS; uid++) {
      add(uid, "a");
    }
    assertEquals(RefusedNames.MAX_USERS, lines(0).size());
    assertEquals(List.of(), lines(7));
    add(8, "x".repeat(10_000));
    assertTrue(lines(8).get(0).length() < 2 * RefusedNames.MAX_LENGTH);
    now = now.plus(RefusedNames.MAX_AGE).plus(Duration.ofMillis(1));
    assertEquals("", names.text(0, true));
  }

  @Test
  void aNameCannotBreakTheLine() {
    names.add(new Caller(7, 7, 41), Errno.ENOENT, "a\nb \u20ac", "no metric \n\u20ac");
    assertEquals(1, lines(7).size());
    assertTrue(lines(7).get(0).contains(" name=a\\nb\\x20\\xe2\\x82\\xac "), lines(7)::toString);
    assertFalse(lines(7).get(0).contains("?"));
  }
}
