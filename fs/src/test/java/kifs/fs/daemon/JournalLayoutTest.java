package kifs.fs.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class JournalLayoutTest {
  private static String layOut(Level level, String message, Throwable error) {
    JournalLayout layout = new JournalLayout();
    layout.start();
    Logger logger = (Logger) LoggerFactory.getLogger(JournalLayoutTest.class);
    return layout.doLayout(new LoggingEvent("", logger, level, message, error, null));
  }

  @Test
  void theLevelIsThatOfSyslog() {
    assertEquals("<6>mounted\n", layOut(Level.INFO, "mounted", null));
    assertEquals("<4>no BPF\n", layOut(Level.WARN, "no BPF", null));
    assertEquals("<3>bad\n", layOut(Level.ERROR, "bad", null));
    assertEquals("<7>detail\n", layOut(Level.DEBUG, "detail", null));
  }

  /** Otherwise the journal would file the lines of a stack under another level. */
  @Test
  void eachLineHasTheLevel() {
    String lines = layOut(Level.ERROR, "one\ntwo", new IllegalStateException("why"));
    assertTrue(lines.lines().count() > 4, lines);
    assertTrue(lines.lines().allMatch(line -> line.startsWith("<3>")), lines);
    assertTrue(lines.contains("<3>two\n<3>java.lang.IllegalStateException: why\n<3>\tat "), lines);
  }

  @Test
  void onlyStandardErrorItselfIsTheJournal() throws IOException {
    Path stderr = Path.of("/proc/self/fd/2");
    Object device = Files.getAttribute(stderr, "unix:dev");
    Object inode = Files.getAttribute(stderr, "unix:ino");
    assertTrue(JournalLayout.isJournal(device + ":" + inode));
    assertFalse(JournalLayout.isJournal(device + ":" + inode + "1"));
    assertFalse(JournalLayout.isJournal(null));
  }
}
