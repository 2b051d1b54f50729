package kifs.fs.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import kifs.kernel.linux.Syscalls;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The daemon's log. Logging is configured in code, because to read a configuration file would take
 * a tenth of the time of a start. Thread-safe: the monitor guards the change of the file.
 */
public final class LogFile {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LogFile.class);

  private static final int STDERR = 2;

  private final @Nullable Path file;
  private final SteadyOutput out;

  /**
   * Whether standard error is the same file, so that messages of the JVM are in the log as well.
   */
  private final boolean hasErrors;

  private LogFile(@Nullable Path file, SteadyOutput out, boolean hasErrors) {
    this.file = file;
    this.out = out;
    this.hasErrors = hasErrors;
  }

  /**
   * Opens the log.
   *
   * @param file the log is appended to it; null means standard error
   */
  public static LogFile open(@Nullable Path file) throws IOException {
    SteadyOutput out = new SteadyOutput(file == null ? System.err : append(file));
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    boolean isJournal = file == null && JournalLayout.isJournal(System.getenv("JOURNAL_STREAM"));
    Encoder<ILoggingEvent> encoder = isJournal ? journalEncoder() : fileEncoder();
    encoder.setContext(context);
    encoder.start();
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setOutputStream(out);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
    root.setLevel(Level.INFO);
    return new LogFile(
        file, out, file != null && Files.isSameFile(file, Path.of("/proc/self/fd/" + STDERR)));
  }

  private static Encoder<ILoggingEvent> fileEncoder() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    // Several daemons may append to one file.
    long pid = ProcessHandle.current().pid();
    encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} [" + pid + "] %-5level %msg%n%ex");
    return encoder;
  }

  private static Encoder<ILoggingEvent> journalEncoder() {
    JournalLayout layout = new JournalLayout();
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setLayout(layout);
    return encoder;
  }

  private static OutputStream append(Path file) throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /**
   * Opens the file again by its name, because a program that rotates logs has renamed it. If that
   * fails, the log goes on in the old file and says why. A log on standard error stays.
   */
  public synchronized void reopen() {
    if (file == null) {
      return;
    }
    try {
      OutputStream opened = append(file);
      LOG.info("kifs: SIGHUP: the log goes on in {}", file);
      out.replace(opened);
      if (hasErrors) {
        redirectErrors(file);
      }
      LOG.info("kifs: SIGHUP: this log was opened");
    } catch (IOException e) {
      LOG.warn("kifs: SIGHUP: {} can't be opened, so the log goes on here: {}", file, e.toString());
    }
  }

  private static void redirectErrors(Path file) {
    byte[] name = file.toString().getBytes(StandardCharsets.UTF_8);
    String path = new String(name, StandardCharsets.ISO_8859_1);
    int fd = Syscalls.open(path, Syscalls.O_WRONLY | Syscalls.O_APPEND);
    if (fd >= 0) {
      Syscalls.dup2(fd, STDERR);
      Syscalls.close(fd);
    }
  }
}
