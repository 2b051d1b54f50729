package kifs.kernel.linux.events;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.KernelEvents.Watch;

/**
 * A level of the memory of a group of cgroup v1. The kernel compares the memory with the levels
 * once in 128 pages that a CPU charges or frees (mm/memcontrol-v1.c, {@code memcg1_check_events}).
 * So memory that has exceeded a level by less than that, and stays there, is not reported.
 * Therefore this class also watches a level above and one below, between which the memory can be
 * without a report, and reads the memory every {@value #CHECK_MS} ms while it is between them.
 * Thread-safe.
 */
final class MemoryLevel implements Watch {
  /** How long a crossing that the kernel doesn't report may take to be noticed, ms. */
  private static final long CHECK_MS = 100;

  /** How much each CPU may charge without a report, and how much it may have charged in advance. */
  private static final long BYTES_OF_CPU = (128 + 64) * 4096L;

  private static final int TEXT_BYTES = 32;

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(CHECK_MS, TimeUnit.MILLISECONDS);

  /** Has the kernel call back when the memory crosses a level; empty if it can't. */
  interface Kernel {
    Optional<Watch> watch(long level, Runnable listener);
  }

  private final List<String> files;
  private final long bytes;
  private final long margin;
  private final Runnable listener;
  private final List<Watch> watches = new ArrayList<>();

  /** On which side of the level the memory was at the last check. Guarded by this. */
  private int side;

  /** Whether a check is due. Guarded by this. */
  private boolean isScheduled;

  /** Guarded by this. */
  private boolean isClosed;

  private MemoryLevel(List<String> files, long bytes, Runnable listener) {
    this.files = files;
    this.bytes = bytes;
    this.listener = listener;
    margin = Runtime.getRuntime().availableProcessors() * BYTES_OF_CPU;
  }

  /**
   * Watches a level.
   *
   * @param files paths that the file with the group's memory may have
   * @param listener is called after the memory has crossed the level, upwards or downwards
   * @return empty if the kernel doesn't report crossings
   */
  static Optional<Watch> watch(List<String> files, long bytes, Runnable listener, Kernel kernel) {
    MemoryLevel level = new MemoryLevel(files, bytes, listener);
    Optional<Watch> own = kernel.watch(bytes, level::crossed);
    own.ifPresent(
        watch -> {
          level.watches.add(watch);
          kernel.watch(bytes + level.margin, level::check).ifPresent(level.watches::add);
          long below = Math.max(0, bytes - level.margin);
          kernel.watch(below, level::check).ifPresent(level.watches::add);
          level.check();
        });
    return own.map(watch -> level);
  }

  private void crossed() {
    listener.run();
    check();
  }

  private void check() {
    OptionalLong memory = memory();
    if (memory.isEmpty()) {
      return; // the group was removed
    }
    boolean isOther;
    boolean isNear = Math.abs(memory.getAsLong() - bytes) <= margin;
    synchronized (this) {
      int now = Long.compare(memory.getAsLong(), bytes);
      isOther = now != side;
      side = now;
      isNear &= !isClosed && !isScheduled;
      isScheduled |= isNear;
    }
    if (isOther) {
      listener.run();
    }
    if (isNear) {
      LATER.execute(this::checkAgain);
    }
  }

  private void checkAgain() {
    synchronized (this) {
      isScheduled = false;
      if (isClosed) {
        return;
      }
    }
    check();
  }

  /** The memory of the group, bytes; empty: the group was removed. */
  private OptionalLong memory() {
    for (String file : files) {
      int fd = Syscalls.open(file, Syscalls.O_RDONLY);
      if (fd >= 0) {
        NativeBuffer text = NativeBuffer.allocate(TEXT_BYTES);
        int length = Syscalls.read(fd, text.address(), text.capacity());
        Syscalls.close(fd);
        return length <= 0 ? OptionalLong.empty() : OptionalLong.of(number(text, length));
      }
    }
    return OptionalLong.empty();
  }

  private static long number(NativeBuffer text, int length) {
    byte[] digits = new byte[length];
    text.buffer().get(0, digits);
    return Long.parseLong(new String(digits, StandardCharsets.US_ASCII).strip());
  }

  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
    }
    watches.forEach(Watch::close);
  }
}
