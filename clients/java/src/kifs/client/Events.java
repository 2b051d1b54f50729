package kifs.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Waits for events of several names. Java can't poll files, so each name has a thread that reads; a
 * program that waits for hundreds of names uses {@code each} and options instead. Thread-safe.
 */
public final class Events implements AutoCloseable {
  private static final int EVENT_BYTES = 65536;
  private static final long RETRY_MS = 200;

  /** The message of ESRCH. */
  private static final String VANISHED = "No such process";

  /** A name has ended: its entity has vanished, or the tree has gone. */
  private record End(String name, IOException error) {}

  private final Path mountpoint;
  private final boolean reconnects;
  private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
  private final Map<String, FileChannel> open = new HashMap<>();
  private volatile boolean isClosed;

  Events(Path mountpoint, List<String> names, boolean reconnects) throws IOException {
    this.mountpoint = mountpoint;
    this.reconnects = reconnects;
    try {
      for (String name : names) {
        open(name);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private synchronized void open(String name) throws IOException {
    FileChannel file = FileChannel.open(mountpoint.resolve(name + ",follow"));
    open.put(name, file);
    Thread reader = new Thread(() -> read(name, file), "kifs " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /** Reads event after event, until the entity vanishes, the tree goes, or this is closed. */
  private void read(String name, FileChannel file) {
    IOException error = null;
    try (file) {
      ByteBuffer bytes = ByteBuffer.allocate(EVENT_BYTES);
      while (file.read(bytes) > 0) {
        String lines = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        lines.lines().forEach(line -> queue.add(event(line)));
        bytes.clear();
      }
    } catch (ClosedChannelException e) {
      return;
    } catch (IOException e) {
      error = e;
    }
    queue.add(new End(name, error));
  }

  private static Map<String, String> event(String line) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String word : line.split(" ")) {
      int at = word.indexOf('=');
      fields.put(word.substring(0, at), word.substring(at + 1));
    }
    return fields;
  }

  /**
   * Waits for the next event.
   *
   * @param timeoutMs how long at most, ms
   * @return the fields of the event, in their order; null: none came in time, or all entities of
   *     the names have vanished ({@link #isOver})
   * @throws IOException if the tree has gone, and this does not reconnect
   */
  public Map<String, String> next(long timeoutMs) throws IOException, InterruptedException {
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (!isOver()) {
      Object got = queue.poll(Math.max(0, endNs - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (got == null) {
        return null;
      }
      if (!(got instanceof End end)) {
        @SuppressWarnings("unchecked")
        Map<String, String> event = (Map<String, String>) got;
        return event;
      }
      ended(end);
    }
    return null;
  }

  private void ended(End end) throws IOException, InterruptedException {
    // The read of an entity that has vanished ends, or fails with ESRCH.
    boolean isTreeGone = end.error != null && !VANISHED.equals(end.error.getMessage());
    if (isTreeGone && !reconnects) {
      throw end.error;
    }
    boolean isOpen = !isTreeGone;
    while (!isOpen && !isClosed) {
      // A mount that is going away may still answer for a moment.
      Thread.sleep(RETRY_MS);
      isOpen = reopened(end.name);
    }
    if (!isTreeGone) {
      synchronized (this) {
        open.remove(end.name);
      }
    }
  }

  /** Opens a name again. Returns false if the mount isn't there yet. */
  private synchronized boolean reopened(String name) {
    try {
      open(name);
      return true;
    } catch (NoSuchFileException e) {
      // A process that is no longer there has vanished, if the mount is back.
      boolean isBack = Files.exists(mountpoint.resolve("about"));
      if (isBack) {
        open.remove(name);
      }
      return isBack;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether all entities of the names have vanished, and their events were returned. */
  public synchronized boolean isOver() {
    return open.isEmpty() && queue.isEmpty();
  }

  /** Ends the waits. */
  @Override
  public synchronized void close() throws IOException {
    isClosed = true;
    for (FileChannel file : open.values()) {
      file.close();
    }
  }
}
