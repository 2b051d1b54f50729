package kifs.fs.cli.terminal;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kifs.fs.cli.top.Display;
import kifs.fs.cli.top.Key;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The terminal that the command was started in. On every way out, also by a signal or an error, it
 * is as it was before. One thread uses it; {@link #close} may be called by any.
 */
public final class RealDisplay implements Display, Closeable {
  /** The other screen; no cursor. */
  private static final String ENTER = "\u001b[?1049h\u001b[?25l";

  private static final String LEAVE = "\u001b[0m\u001b[?25h\u001b[?1049l";

  /** Stands in the queue for a change of the size, and for the end of the input. */
  private static final byte[] RESIZED = {};

  private static final byte[] END = {};
  private static final int MAX_KEYS = 256;

  /** The exit status after Ctrl-C: 128 and the number of the signal. */
  private static final int INTERRUPTED = 130;

  private final Terminal terminal;
  private final Attributes before;
  private final OutputStream out = new FileOutputStream(FileDescriptor.out);
  private final BlockingQueue<byte[]> input = new LinkedBlockingQueue<>();
  private final Thread hook = new Thread(this::restore, "kifs-terminal");
  private final boolean isUtf8;
  private final boolean hasColors;
  private Size size;
  private boolean isRestored;

  private RealDisplay(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    isUtf8 = isUtf8(environment);
    hasColors = environment.getOrDefault("NO_COLOR", "").isEmpty();
    size = terminal.getSize();
    before = terminal.getAttributes();
  }

  /**
   * Takes the terminal.
   *
   * @throws IOException if the command has none, or one that can't place its cursor
   */
  public static RealDisplay open(Map<String, String> environment) throws IOException {
    String type = environment.getOrDefault("TERM", "");
    if (!isTerminal(0) || !isTerminal(1) || type.isEmpty() || type.equals("dumb")) {
      throw new IOException("needs a terminal; kifs print writes to files and pipes");
    }
    // Its other providers load native code, which takes longer than to run stty.
    Terminal terminal =
        TerminalBuilder.builder()
            .system(true)
            .provider("exec")
            .dumb(false)
            .encoding(StandardCharsets.UTF_8)
            .build();
    RealDisplay display = new RealDisplay(terminal, environment);
    display.start();
    return display;
  }

  /**
   * Loads what {@link #open} needs, as the build does to learn which classes that loads.
   *
   * @throws IOException if it fails, which is no harm
   */
  public static void rehearse() throws IOException {
    String jline = "org.jline.terminal.impl.";
    for (String name : List.of("exec.ExecTerminalProvider", "exec.ExecPty", "PosixSysTerminal")) {
      try {
        Class.forName(jline + name);
      } catch (ClassNotFoundException e) {
        throw new IOException(e);
      }
    }
    TerminalBuilder.builder()
        .system(false)
        .streams(InputStream.nullInputStream(), OutputStream.nullOutputStream())
        .dumb(true)
        .provider("exec")
        .build()
        .close();
  }

  /**
   * Whether a file of this process is a terminal. From JDK 22 on {@code System.console} doesn't say
   * that any more.
   *
   * @param fd 0 is the input, 1 the output
   */
  public static boolean isTerminal(int fd) {
    try {
      String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
      return file.startsWith("/dev/pts/")
          || file.startsWith("/dev/tty")
          || file.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }

  private void start() throws IOException {
    Runtime.getRuntime().addShutdownHook(hook);
    terminal.enterRawMode();
    Attributes quiet = new Attributes(terminal.getAttributes());
    // A read waits for a key, and doesn't end after a tenth of a second without one.
    quiet.setControlChar(Attributes.ControlChar.VMIN, 1);
    quiet.setControlChar(Attributes.ControlChar.VTIME, 0);
    // A view that is stopped would leave the terminal to the shell as it is.
    quiet.setControlChar(Attributes.ControlChar.VSUSP, 0);
    terminal.setAttributes(quiet);
    terminal.handle(Terminal.Signal.WINCH, signal -> input.add(RESIZED));
    // JLine gives the signal back to the kernel, which would end the JVM without its hooks.
    terminal.handle(Terminal.Signal.INT, signal -> System.exit(INTERRUPTED));
    write(ENTER.getBytes(StandardCharsets.US_ASCII));
    Thread reader = new Thread(this::readInput, "kifs-keys");
    reader.setDaemon(true);
    reader.start();
  }

  /** Reads on a thread of its own, because a read of a terminal can't have a timeout. */
  private void readInput() {
    try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
      byte[] buffer = new byte[MAX_KEYS];
      for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
        input.add(Arrays.copyOf(buffer, length));
      }
    } catch (IOException e) {
      // The terminal has gone, which is the end, too.
    }
    input.add(END);
  }

  @Override
  public int rows() {
    return size.getRows();
  }

  @Override
  public int columns() {
    return size.getColumns();
  }

  @Override
  public List<Key> keys(long timeoutMs) throws IOException {
    byte @Nullable [] bytes;
    try {
      bytes = input.poll(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (bytes == END) {
      throw new IOException("the terminal has gone");
    }
    if (bytes == RESIZED) {
      Size now = terminal.getSize();
      // A terminal that is being closed may have no size.
      size = now.getRows() > 0 && now.getColumns() > 0 ? now : size;
    }
    return bytes == null ? List.of() : Key.decode(bytes, bytes.length);
  }

  /**
   * Writes nothing once the terminal is as it was: after a signal the view goes on for a moment.
   */
  @Override
  public synchronized void write(byte[] bytes) throws IOException {
    if (!isRestored) {
      out.write(bytes);
    }
  }

  @Override
  public boolean isUtf8() {
    return isUtf8;
  }

  @Override
  public boolean hasColors() {
    return hasColors;
  }

  /** Whether the locale has UTF-8. The variables are in the order in which they count. */
  private static boolean isUtf8(Map<String, String> environment) {
    for (String name : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        String locale = value.toLowerCase(Locale.ROOT);
        return locale.contains("utf-8") || locale.contains("utf8");
      }
    }
    return false;
  }

  /** Makes the terminal as it was. Only the first call does something. */
  private synchronized void restore() {
    if (isRestored) {
      return;
    }
    try {
      write(LEAVE.getBytes(StandardCharsets.US_ASCII));
      isRestored = true;
      terminal.setAttributes(before);
      terminal.close();
    } catch (IOException | RuntimeException e) {
      // There is no terminal any more.
      isRestored = true;
    }
  }

  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The shutdown has begun, and the hook finds nothing to do.
    }
  }
}
