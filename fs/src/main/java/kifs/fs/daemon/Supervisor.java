package kifs.fs.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kifs.kernel.linux.Datagrams;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a supervisor what the daemon does, as sd_notify(3) describes: a datagram of lines {@code
 * NAME=value} to the socket in {@code NOTIFY_SOCKET}. Without a supervisor nothing is sent.
 * Thread-safe.
 */
public final class Supervisor {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  /** The file whose read shows that the daemon answers. Its data comes from the kernel source. */
  private static final String WATCHED = "system/load";

  private final @Nullable String socket;
  private final long watchdogUs;

  private Supervisor(@Nullable String socket, long watchdogUs) {
    this.socket = socket;
    this.watchdogUs = watchdogUs;
  }

  /**
   * The supervisor that the environment names.
   *
   * @param environment the variables NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID count
   */
  public static Supervisor of(Map<String, String> environment) {
    String own = Long.toString(ProcessHandle.current().pid());
    boolean isWatched = environment.getOrDefault("WATCHDOG_PID", own).equals(own);
    return new Supervisor(
        environment.get("NOTIFY_SOCKET"),
        isWatched ? number(environment.getOrDefault("WATCHDOG_USEC", "0")) : 0);
  }

  private static long number(String text) {
    return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
  }

  /**
   * The tree answers, or a reload is done.
   *
   * @param status one line for people
   */
  public void ready(String status) {
    send("READY=1\nSTATUS=" + status);
  }

  /** A reload begins. On Linux the JDK's nanoTime is CLOCK_MONOTONIC. */
  public void reloading() {
    send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
  }

  public void stopping() {
    send("STOPPING=1\nSTATUS=unmounting");
  }

  /**
   * From now on reads a file of the tree through the mount, twice in the time that the supervisor
   * waits, and reports after each read that the daemon is alive. A daemon that doesn't answer
   * requests any more, for whatever reason, is so found out. A read that ends with an error is an
   * answer, too.
   */
  public void watch(Path mountpoint) {
    if (socket == null || watchdogUs == 0) {
      return;
    }
    Thread thread =
        new Thread(() -> feed(mountpoint.resolve(WATCHED), watchdogUs / 2), "kifs-watchdog");
    thread.setDaemon(true);
    thread.start();
  }

  private void feed(Path file, long intervalUs) {
    try {
      while (true) {
        readOnce(file);
        send("WATCHDOG=1");
        TimeUnit.MICROSECONDS.sleep(intervalUs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void readOnce(Path file) {
    try {
      Files.readAllBytes(file);
    } catch (IOException e) {
      LOG.debug("the watchdog's read", e);
    }
  }

  private void send(String message) {
    if (socket == null) {
      return;
    }
    int result = Datagrams.send(socket, message.getBytes(StandardCharsets.UTF_8));
    if (result < 0) {
      LOG.warn("the supervisor's socket {} can't be written: errno {}", socket, -result);
    }
  }
}
