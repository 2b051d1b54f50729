package kifs.kernel.linux.events;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelEvents.Watch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the kernel's process events connector: forks, execs, renames and exits of all
 * processes. All listeners share one socket and one daemon thread, which exist while there are
 * listeners. Needs CAP_NET_ADMIN and the host's own pid namespace. Thread-safe: {@code connection}
 * is guarded by this, and listeners are called without a lock.
 */
public final class ProcConnector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcConnector.class);

  private static final int AF_NETLINK = 16;
  private static final int SOCK_DGRAM = 2;
  private static final int NETLINK_CONNECTOR = 11;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int POLLIN = 1;

  /**
   * Capacity of the socket's queue, which the kernel doubles. A message takes 768 bytes of it, so
   * the forks and exits of 50,000 processes fit. The kernel takes the memory only for messages that
   * the daemon has not read yet.
   */
  private static final int QUEUE_BYTES = 40 * 1024 * 1024;

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int ACK_TIMEOUT_MS = 1000;

  /** The initial pid namespace. Its inode number is part of the kernel's interface. */
  private static final Path INITIAL_NAMESPACE = Path.of("pid:[4026531836]");

  private final LinuxClock clock;
  private final List<Consumer<ProcessEvent>> listeners = new CopyOnWriteArrayList<>();
  private @Nullable Connection connection;

  public ProcConnector(LinuxClock clock) {
    this.clock = clock;
  }

  /**
   * Reports events of all processes to a listener, which the connector's thread calls.
   *
   * @return empty if the kernel refuses, or the daemon is not in the initial pid namespace
   */
  public synchronized Optional<Watch> watch(Consumer<ProcessEvent> listener) {
    if (connection == null) {
      connection = isInInitialNamespace() ? connect() : null;
      if (connection == null) {
        return Optional.empty();
      }
    }
    // The wrapper is unique, so that a listener that watches twice is removed once for each watch.
    Consumer<ProcessEvent> own = event -> listener.accept(event);
    listeners.add(own);
    return Optional.of(() -> remove(own));
  }

  @Override
  public synchronized void close() {
    listeners.clear();
    stopIfIdle();
  }

  private synchronized void remove(Consumer<ProcessEvent> listener) {
    listeners.remove(listener);
    stopIfIdle();
  }

  private void stopIfIdle() {
    if (listeners.isEmpty() && connection != null) {
      connection.stop();
      connection = null;
    }
  }

  /**
   * Whether the daemon is in the initial pid namespace. In any other the kernel ignores the
   * request, but the socket still receives events that others requested, with pids of the initial
   * namespace.
   */
  private static boolean isInInitialNamespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).equals(INITIAL_NAMESPACE);
    } catch (IOException e) {
      return false;
    }
  }

  private @Nullable Connection connect() {
    int socket = Syscalls.socket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR);
    Connection opened = new Connection(socket);
    if (socket < 0 || opened.wake.fd() < 0 || !opened.subscribe()) {
      opened.close();
      return null;
    }
    Thread thread = new Thread(() -> run(opened), "kifs-process-events");
    thread.setDaemon(true);
    thread.setPriority(Thread.MAX_PRIORITY);
    thread.start();
    return opened;
  }

  private void run(Connection own) {
    while (!own.stopped) {
      own.await(-1);
      int length = own.receive();
      while (length >= 0 && !own.stopped) {
        deliver(own, length);
        length = own.receive();
      }
      if (length == -Syscalls.ENOBUFS) {
        // The numbers of the next messages will show how many were lost.
        report(ProcessEvent.lost(ProcessEvent.Kind.LOST, 0, clock.boottimeNs()));
      } else if (length < 0 && length != -Syscalls.EAGAIN && length != -Syscalls.EINTR) {
        LOG.error("recv failed with errno {}: process events are no longer seen", -length);
        break;
      }
    }
    own.close();
  }

  private void deliver(Connection own, int length) {
    ByteBuffer messages = own.buffer.buffer();
    // The kernel dates events by CLOCK_MONOTONIC, which stops during a suspend.
    long toBoottime = clock.boottimeNs() - clock.kernelMonotonicNs();
    ProcEventMessage.parse(messages, length, toBoottime, own.numbers, this::report);
  }

  private void report(ProcessEvent event) {
    for (Consumer<ProcessEvent> listener : listeners) {
      try {
        listener.accept(event);
      } catch (RuntimeException e) {
        LOG.error("a listener failed on {}", event, e);
      }
    }
  }

  /**
   * The socket of one run of the thread, and the eventfd that stops it. Once the thread runs, other
   * threads may only call {@link #stop}.
   */
  private static final class Connection {
    private final int socket;
    private final EventFd wake = new EventFd();
    private final NativeBuffer buffer = NativeBuffer.allocate(BUFFER_BYTES);
    private final NativeBuffer polled = NativeBuffer.allocate(16);
    private final MessageNumbers numbers = new MessageNumbers();
    private volatile boolean stopped;

    Connection(int socket) {
      this.socket = socket;
    }

    boolean subscribe() {
      NativeBuffer size = NativeBuffer.allocate(Integer.BYTES);
      size.buffer().putInt(0, QUEUE_BYTES);
      if (size.call(at -> Syscalls.setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, at, 4)) < 0) {
        size.call(at -> Syscalls.setsockopt(socket, SOL_SOCKET, SO_RCVBUF, at, 4));
      }
      int address = ProcEventMessage.writeAddress(buffer.buffer());
      if (Syscalls.bind(socket, buffer.address(), address) < 0) {
        return false;
      }
      int request = ProcEventMessage.writeListen(buffer.buffer());
      // The kernel answers the request. It refuses, or it reports every event from now on.
      return Syscalls.send(socket, buffer.address(), request, 0) == request
          && await(ACK_TIMEOUT_MS) > 0
          && ProcEventMessage.isAccepted(buffer.buffer(), receive());
    }

    int await(int timeoutMs) {
      ByteBuffer fds = polled.buffer();
      fds.putInt(0, socket).putShort(4, (short) POLLIN);
      fds.putInt(8, wake.fd()).putShort(12, (short) POLLIN);
      return Syscalls.poll(polled.address(), 2, timeoutMs);
    }

    int receive() {
      return Syscalls.recv(socket, buffer.address(), BUFFER_BYTES, MSG_DONTWAIT);
    }

    void stop() {
      stopped = true;
      wake.signal();
    }

    void close() {
      if (socket >= 0) {
        Syscalls.close(socket);
      }
      wake.close();
    }
  }
}
