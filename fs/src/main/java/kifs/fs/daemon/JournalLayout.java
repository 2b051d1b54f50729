package kifs.fs.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Lays messages out for systemd's journal: each line begins with its level in angle brackets, as
 * sd-daemon(3) describes. The journal adds the time. Thread-safe.
 */
final class JournalLayout extends LayoutBase<ILoggingEvent> {
  private static final Path STDERR = Path.of("/proc/self/fd/2");

  private final ThrowableProxyConverter stacks = new ThrowableProxyConverter();

  @Override
  public void start() {
    stacks.start();
    super.start();
  }

  /**
   * Whether standard error is a stream of the journal.
   *
   * @param stream the variable JOURNAL_STREAM: device and inode of the stream, in decimal
   */
  static boolean isJournal(@Nullable String stream) {
    try {
      return stream != null
          && stream.equals(
              Files.getAttribute(STDERR, "unix:dev")
                  + ":"
                  + Files.getAttribute(STDERR, "unix:ino"));
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    String prefix = "<" + priority(event.getLevel()) + ">";
    StringBuilder lines = new StringBuilder();
    (event.getFormattedMessage() + "\n" + stacks.convert(event))
        .lines()
        .forEach(line -> lines.append(prefix).append(line).append('\n'));
    return lines.toString();
  }

  /** The level as syslog(3) counts. */
  private static int priority(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> 3;
      case Level.WARN_INT -> 4;
      case Level.INFO_INT -> 6;
      default -> 7;
    };
  }
}
