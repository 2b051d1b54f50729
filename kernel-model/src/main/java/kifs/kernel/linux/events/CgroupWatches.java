package kifs.kernel.linux.events;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.record.Pressure;
import kifs.kernel.source.KernelEvents.CgroupFile;
import kifs.kernel.source.KernelEvents.Watch;

/**
 * Watches cgroups by the kernel's own events: changes of {@code memory.events}, {@code pids.events}
 * and {@code cgroup.events} by inotify, pressure by PSI triggers, and in cgroup v1 the OOM killer
 * and levels of memory by {@code cgroup.event_control}. Thread-safe. One thread serves all watches,
 * and runs while there are any.
 */
final class CgroupWatches implements AutoCloseable {
  /** Watches of the groups directly below the root, for whoever waits for any group. */
  private static final int MAX_GROUPS = 1024;

  /** A kill by the OOM killer is counted within this time after the kernel reports it, ms. */
  private static final long KILL_MS = 100;

  private static final String EVENT_CONTROL = "cgroup.event_control";
  private static final String OOM_CONTROL = "memory.oom_control";
  private static final String MEMORY_USAGE = "memory.usage_in_bytes";

  private final FdWatcher watcher = new FdWatcher("kifs-cgroups");
  private final FileChanges changes = new FileChanges(watcher);
  private final PressureTriggers pressures = new PressureTriggers("kifs-cgroup-pressure");
  private final Supplier<List<WatchedCgroup>> topLevel;

  /**
   * @param topLevel finds the root, followed by the groups directly below it; none if there is no
   *     cgroup v2. The caller closes them
   */
  CgroupWatches(Supplier<List<WatchedCgroup>> topLevel) {
    this.topLevel = topLevel;
  }

  /** Watches a file of one group; see {@link kifs.kernel.source.KernelEvents#onCgroup}. */
  Optional<Watch> watch(WatchedCgroup group, CgroupFile file, Runnable listener) {
    Optional<Watch> watch = changes.watch(group.files(name(file)), FileChanges.MODIFIED, listener);
    return watch.isPresent() || file != CgroupFile.MEMORY_EVENTS
        ? watch
        : control(group, OOM_CONTROL, "", () -> callTwice(listener));
  }

  /** In cgroup v1 the kernel reports that memory is lacking just before it kills a process. */
  private static void callTwice(Runnable listener) {
    listener.run();
    CompletableFuture.delayedExecutor(KILL_MS, TimeUnit.MILLISECONDS).execute(listener);
  }

  private static String name(CgroupFile file) {
    return switch (file) {
      case MEMORY_EVENTS -> "memory.events";
      case PIDS_EVENTS -> "pids.events";
      case STATE -> "cgroup.events";
    };
  }

  /**
   * Watches the memory of a group of cgroup v1; see {@link
   * kifs.kernel.source.KernelEvents#onCgroupMemory}.
   */
  Optional<Watch> watchMemory(WatchedCgroup group, long bytes, Runnable listener) {
    return MemoryLevel.watch(
        group.files(MEMORY_USAGE),
        bytes,
        listener,
        (level, check) -> control(group, MEMORY_USAGE, " " + level, check));
  }

  /** Watches a pressure; see {@link kifs.kernel.source.KernelEvents#onPressure}. */
  Optional<Watch> watchPressure(
      WatchedCgroup group, Pressure of, long stallNs, long windowNs, Runnable listener) {
    for (String file : group.files(of.resource() + ".pressure")) {
      Optional<Watch> watch = pressures.watch(file, of.share(), stallNs, windowNs, listener);
      if (watch.isPresent()) {
        return watch;
      }
    }
    return Optional.empty();
  }

  /**
   * Watches {@code memory.events} of all groups. An event of a group is also one of those above it,
   * so the groups directly below the root are watched, and the root for new ones.
   */
  Optional<Watch> watchAll(Runnable listener) {
    AllGroups all = new AllGroups(listener);
    return all.begin() ? Optional.of(all) : Optional.empty();
  }

  private final class AllGroups implements Watch {
    private final Runnable listener;

    /** The watches by the path of the group. Guarded by this. */
    private final Map<String, Watch> watches = new HashMap<>();

    /** Guarded by this. */
    private boolean closed;

    AllGroups(Runnable listener) {
      this.listener = listener;
    }

    boolean begin() {
      addMissing();
      synchronized (this) {
        return !watches.isEmpty();
      }
    }

    /** Watches the groups that aren't watched yet, and forgets those that have vanished. */
    private void addMissing() {
      List<WatchedCgroup> groups = topLevel.get();
      Map<String, WatchedCgroup> present = new HashMap<>();
      groups.stream().limit(MAX_GROUPS).forEach(group -> present.put(group.path(), group));
      List<Watch> gone = new ArrayList<>();
      synchronized (this) {
        watches
            .entrySet()
            .removeIf(entry -> !present.containsKey(entry.getKey()) && gone.add(entry.getValue()));
        present.values().stream()
            .filter(group -> !closed && !watches.containsKey(group.path()))
            .forEach(group -> open(group).ifPresent(watch -> watches.put(group.path(), watch)));
      }
      gone.forEach(Watch::close);
      groups.forEach(WatchedCgroup::close);
    }

    private Optional<Watch> open(WatchedCgroup group) {
      return group.path().equals("/")
          ? changes.watch(group.files(""), FileChanges.CREATED, this::addMissing)
          : changes.watch(
              group.files(name(CgroupFile.MEMORY_EVENTS)), FileChanges.MODIFIED, listener);
    }

    @Override
    public void close() {
      List<Watch> open;
      synchronized (this) {
        closed = true;
        open = List.copyOf(watches.values());
        watches.clear();
      }
      open.forEach(Watch::close);
    }
  }

  /** Has cgroup v1 signal an eventfd for an event of a file. */
  private Optional<Watch> control(
      WatchedCgroup group, String file, String argument, Runnable listener) {
    List<String> files = group.files(file);
    List<String> controls = group.files(EVENT_CONTROL);
    for (int i = 0; i < files.size(); i++) {
      int of = Syscalls.open(files.get(i), Syscalls.O_RDONLY);
      if (of >= 0) {
        Optional<Watch> watch = control(controls.get(i), of, argument, listener);
        Syscalls.close(of);
        return watch;
      }
    }
    return Optional.empty();
  }

  private Optional<Watch> control(String path, int of, String argument, Runnable listener) {
    int event = Syscalls.eventfd();
    int control = Syscalls.open(path, Syscalls.O_WRONLY);
    NativeBuffer text = NativeBuffer.string(event + " " + of + argument);
    int written =
        event < 0 || control < 0
            ? -1
            : text.call(at -> Syscalls.write(control, at, text.capacity() - 1));
    if (control >= 0) {
      Syscalls.close(control);
    }
    if (written < 0) {
      if (event >= 0) {
        Syscalls.close(event);
      }
      return Optional.empty();
    }
    NativeBuffer count = NativeBuffer.allocate(Long.BYTES);
    return watcher.watch(
        event,
        EpollSet.READABLE,
        () -> {
          // The kernel also signals that the group was removed, over and over if it isn't read.
          Syscalls.read(event, count.address(), Long.BYTES);
          listener.run();
        });
  }

  @Override
  public void close() {
    watcher.close();
    pressures.close();
  }
}
