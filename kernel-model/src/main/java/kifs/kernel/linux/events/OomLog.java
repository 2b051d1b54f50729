package kifs.kernel.linux.events;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelEvents.Watch;

/**
 * Finds in the kernel's log the processes that the OOM killer killed, because the host or a cgroup
 * had too little memory. Without BPF the log is the only place that names the process. Needs
 * CAP_SYSLOG if dmesg_restrict is set, and the host's own pid namespace. Thread-safe.
 */
public final class OomLog implements AutoCloseable {
  private static final int EPIPE = 32;
  private static final int SEEK_END = 2;
  private static final int RECORD_BYTES = 8192;

  /**
   * Matches {@code priority,sequence,time,flags;text}. Only the kernel can write records with a
   * priority less than 8, so a program can't forge one.
   */
  private static final Pattern KILLED =
      Pattern.compile(
          "[0-7],\\d+,\\d+,[^;]*;(?:Memory cgroup out|Out) of memory[^\\n]*?: Killed process"
              + " (\\d{1,9}) \\([\\s\\S]*");

  private final LinuxClock clock;
  private final FdWatcher watcher = new FdWatcher("kifs-oom");

  public OomLog(LinuxClock clock) {
    this.clock = clock;
  }

  /** Whether the log can be read. */
  public boolean isReadable() {
    int fd = open();
    if (fd >= 0) {
      Syscalls.close(fd);
    }
    return fd >= 0;
  }

  /**
   * Reports each kill from now on, and LOST if the log was overwritten before it was read.
   *
   * @return empty if the kernel refuses to read the log
   */
  public Optional<Watch> watch(Consumer<ProcessEvent> listener) {
    int fd = open();
    if (fd < 0) {
      return Optional.empty();
    }
    NativeBuffer record = NativeBuffer.allocate(RECORD_BYTES);
    return watcher.watch(fd, EpollSet.READABLE, () -> read(fd, record, listener));
  }

  private static int open() {
    int fd = Syscalls.open("/dev/kmsg", Syscalls.O_RDONLY | Syscalls.O_NONBLOCK);
    if (fd >= 0) {
      Syscalls.lseek(fd, 0, SEEK_END);
    }
    return fd;
  }

  private void read(int fd, NativeBuffer record, Consumer<ProcessEvent> listener) {
    int length = Syscalls.read(fd, record.address(), record.capacity());
    while (length > 0 || length == -EPIPE) {
      if (length == -EPIPE) {
        // It is unknown whether a kill was among the records that were overwritten.
        listener.accept(ProcessEvent.lost(ProcessEvent.Kind.OOM, 0, clock.boottimeNs()));
      } else {
        byte[] bytes = new byte[length];
        record.buffer().get(0, bytes);
        killed(new String(bytes, StandardCharsets.ISO_8859_1))
            .ifPresent(pid -> listener.accept(event(ProcessEvent.Kind.OOM, pid)));
      }
      length = Syscalls.read(fd, record.address(), record.capacity());
    }
  }

  private ProcessEvent event(ProcessEvent.Kind kind, int pid) {
    return new ProcessEvent(kind, pid, 0, 0, clock.boottimeNs());
  }

  /** The pid in a record about a kill; empty for any other record. */
  static OptionalInt killed(String record) {
    Matcher matcher = KILLED.matcher(record);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  @Override
  public void close() {
    watcher.close();
  }
}
