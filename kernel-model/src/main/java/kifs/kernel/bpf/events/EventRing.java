package kifs.kernel.bpf.events;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.EventKind;
import kifs.kernel.bpf.layout.EventLayout;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.bpf.program.BpfProgram;
import kifs.kernel.bpf.program.Programs;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.RingBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.linux.events.EventFd;
import kifs.kernel.source.KernelEvents.Named;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;
import kifs.kernel.source.KernelEvents.Watch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of processes that programs on the kernel's trace points report through a ring buffer.
 * The programs are attached only while there is a listener. One thread reads the ring buffer and
 * calls the listeners, without any lock.
 *
 * <p>Thread-safe: guarded by this. Lock order: {@link MemoryLevels}, then this object, then the
 * loaded object of the programs.
 */
public final class EventRing {
  private static final Logger LOG = LoggerFactory.getLogger(EventRing.class);
  private static final short POLLIN = 1;

  private static final EventKind[] NUMBERED = EventKind.values();

  /** The kinds of events; {@link EventKind#RESIZED} is a hint about memory and not among them. */
  private static final Map<EventKind, Kind> KINDS =
      Map.of(
          EventKind.FORKED, Kind.FORK,
          EventKind.EXECED, Kind.EXEC,
          EventKind.RENAMED, Kind.RENAMED,
          EventKind.EXITED, Kind.EXIT,
          EventKind.OOM_KILLED, Kind.OOM);

  private static final Map<Kind, BpfProgram> PROGRAMS =
      Map.of(
          Kind.FORK, BpfProgram.FORKED,
          Kind.EXEC, BpfProgram.EXECED,
          Kind.RENAMED, BpfProgram.RENAMED,
          Kind.EXIT, BpfProgram.EXITED,
          Kind.OOM, BpfProgram.OOM_KILLED);

  private final Programs programs;
  private final KernelClock clock;
  private final Map<Kind, BpfProgram> supported = new EnumMap<>(Kind.class);
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final List<Long> links = new ArrayList<>();
  private volatile ResizeListener onResize = (pid, process) -> {};
  private @Nullable Reader reader;

  /** Receives crossings of levels of resident memory. */
  @FunctionalInterface
  interface ResizeListener {
    /**
     * The memory of a process has crossed a level.
     *
     * @param pid {@link MemoryLevels#ANY}: it is unknown which process has
     * @param process its name and user; null: it is unknown which process has
     */
    void resized(int pid, @Nullable Named process);
  }

  /**
   * A listener.
   *
   * @param sinceNs the boot time of the registration, ns; the listener gets no earlier events
   */
  private record Listener(Consumer<ProcessEvent> action, long sinceNs) {}

  public EventRing(Programs programs, KernelClock clock) {
    this.programs = programs;
    this.clock = clock;
    PROGRAMS.forEach(
        (kind, program) -> {
          if (programs.runs(program)) {
            supported.put(kind, program);
          }
        });
  }

  /** The clock by which events are dated. */
  KernelClock clock() {
    return clock;
  }

  /** The kinds of events that the programs of this kernel report. */
  Set<Kind> supportedKinds() {
    return supported.keySet();
  }

  /**
   * Calls the action for every event from now on, on the thread that reads the ring buffer, until
   * the watch is closed.
   *
   * @throws BpfException if the programs can't be attached
   */
  synchronized Watch watch(Consumer<ProcessEvent> action) throws BpfException {
    start();
    Listener listener = new Listener(action, clock.boottimeNs());
    listeners.add(listener);
    try {
      attach();
    } catch (BpfException | RuntimeException | Error e) {
      remove(listener);
      throw e;
    }
    return () -> remove(listener);
  }

  /** Sets the listener for processes whose resident memory has crossed a level. */
  void onResize(ResizeListener listener) {
    onResize = listener;
  }

  /** Starts the thread that reads the ring buffer, unless it runs already. */
  synchronized void start() throws BpfException {
    if (reader == null) {
      reader = Reader.start(this, programs);
    }
  }

  private void attach() throws BpfException {
    if (links.isEmpty()) {
      for (BpfProgram program : supported.values()) {
        links.add(programs.attach(program));
      }
    }
  }

  private synchronized void remove(Listener listener) {
    listeners.remove(listener);
    if (listeners.isEmpty()) {
      links.forEach(programs::detach);
      links.clear();
    }
  }

  /** Ends all watches and the thread that reads the ring buffer. */
  synchronized void close() {
    listeners.clear();
    links.forEach(programs::detach);
    links.clear();
    if (reader != null) {
      reader.stop();
    }
  }

  private void report(ProcessEvent event) {
    for (Listener listener : listeners) {
      try {
        if (event.boottimeNs() >= listener.sinceNs()) {
          listener.action().accept(event);
        }
      } catch (RuntimeException | OutOfMemoryError e) {
        LOG.error("a listener failed on {}", event, e);
      }
    }
  }

  private void reportResized(int pid, @Nullable Named process) {
    try {
      onResize.resized(pid, process);
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("a listener failed on a memory level of process {}", pid, e);
    }
  }

  /**
   * The thread that reads the ring buffer. It runs until the ring is closed. While no program is
   * attached it sleeps.
   */
  private static final class Reader implements Runnable {
    private final EventRing events;
    private final Programs programs;
    private final RingBuffer ring;
    private final EventFd wake = new EventFd();
    private final NativeBuffer polled = NativeBuffer.allocate(16);
    private final long[] lost = new long[NUMBERED.length];
    private volatile boolean stopped;

    private Reader(EventRing events, Programs programs, RingBuffer ring) {
      this.events = events;
      this.programs = programs;
      this.ring = ring;
      for (EventKind kind : NUMBERED) {
        lost[kind.ordinal()] = programs.lostEvents(kind);
      }
    }

    static Reader start(EventRing events, Programs programs) throws BpfException {
      Reader reader;
      try {
        reader =
            new Reader(
                events, programs, new RingBuffer(programs.events(), Capacity.EVENT_BUFFER.count()));
      } catch (IOException e) {
        throw new BpfException("the ring buffer: " + e.getMessage());
      }
      Thread thread = new Thread(reader, "kifs-bpf-events");
      thread.setDaemon(true);
      try {
        thread.start();
      } catch (OutOfMemoryError e) {
        // The system refuses threads. A later wait tries again.
        reader.close();
        throw e;
      }
      return reader;
    }

    @Override
    public void run() {
      ByteBuffer fds = polled.buffer();
      while (!stopped) {
        fds.putInt(0, ring.fd()).putShort(4, POLLIN);
        fds.putInt(8, wake.fd()).putShort(12, POLLIN);
        int result = Syscalls.poll(polled.address(), 2, -1);
        if (result < 0 && result != -Syscalls.EINTR) {
          LOG.error("poll failed with errno {}: kifs gets no more process events", -result);
          events.report(ProcessEvent.lost(Kind.LOST, 0, events.clock.boottimeNs()));
          break;
        }
        drain();
      }
      close();
    }

    private void close() {
      ring.close();
      wake.close();
    }

    private void drain() {
      if (stopped) {
        return;
      }
      ring.drain(this::handle);
      for (EventKind kind : NUMBERED) {
        long now = programs.lostEvents(kind);
        long count = now - lost[kind.ordinal()];
        lost[kind.ordinal()] = now;
        if (count > 0) {
          reportLost(kind, count);
        }
      }
    }

    private void reportLost(EventKind kind, long count) {
      Kind ofProcess = KINDS.get(kind);
      if (ofProcess == null) {
        // Any process may have crossed a level.
        events.reportResized(MemoryLevels.ANY, null);
      } else {
        events.report(ProcessEvent.lost(ofProcess, count, events.clock.boottimeNs()));
      }
    }

    private void handle(ByteBuffer memory, int offset, int length) {
      int number = memory.getInt(offset + EventLayout.KIND);
      if (number < 0 || number >= NUMBERED.length) {
        return;
      }
      Kind kind = KINDS.get(NUMBERED[number]);
      if (kind == null) {
        events.reportResized(memory.getInt(offset + EventLayout.PID), name(memory, offset));
      } else {
        events.report(
            new ProcessEvent(
                    kind,
                    memory.getInt(offset + EventLayout.PID),
                    memory.getInt(offset + EventLayout.PARENT),
                    memory.getInt(offset + EventLayout.STATUS),
                    memory.getLong(offset + EventLayout.BOOTTIME_NS))
                .named(name(memory, offset)));
      }
    }

    private static Named name(ByteBuffer memory, int offset) {
      byte[] comm = new byte[Capacity.COMM_BYTES.count()];
      memory.get(offset + EventLayout.COMM, comm);
      String padded = new String(comm, StandardCharsets.ISO_8859_1);
      int end = padded.indexOf(0);
      return new Named(
          end < 0 ? padded : padded.substring(0, end),
          Integer.toUnsignedLong(memory.getInt(offset + EventLayout.UID)));
    }

    void stop() {
      stopped = true;
      wake.signal();
    }
  }
}
