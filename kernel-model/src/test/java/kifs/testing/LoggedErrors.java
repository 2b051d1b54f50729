package kifs.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Collects the errors that kifs logs from its creation until {@link #close}. The threads of kifs
 * catch and log some failures and then continue, so a test would not see these failures otherwise.
 * Thread-safe.
 */
public final class LoggedErrors implements AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger("kifs");
  private final Collector collector = new Collector();

  /** Logback calls {@code append} under the collector's monitor, which also guards the list. */
  private static final class Collector extends AppenderBase<ILoggingEvent> {
    private final List<String> errors = new ArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
        String stack =
            event.getThrowableProxy() == null
                ? ""
                : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
        errors.add(event.getFormattedMessage() + stack);
      }
    }

    synchronized List<String> take() {
      List<String> taken = List.copyOf(errors);
      errors.clear();
      return taken;
    }
  }

  public LoggedErrors() {
    collector.start();
    logger.addAppender(collector);
  }

  /**
   * Returns the errors since the last call, oldest first, each with its stack trace. A test takes
   * the errors that it provokes, so that {@link #close} accepts them.
   */
  public List<String> take() {
    return collector.take();
  }

  /** Stops collecting. Fails the test if there is an error that it has not taken. */
  @Override
  public void close() {
    logger.detachAppender(collector);
    assertEquals(List.of(), take(), "logged errors");
  }
}
