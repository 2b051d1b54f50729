package kifs.notifier;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.query.Selection;
import kifs.kernel.record.Pressure;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.CgroupRef;
import kifs.kernel.source.ForwardingSource;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;

/**
 * A simulated kernel that counts the refs and watches that are still open, and lets a test run
 * something in the middle of a pass, a read or an event. Thread-safe like the kernel; the hooks are
 * set by the test.
 */
public final class CountingSource extends ForwardingSource {
  private final AtomicInteger openRefs = new AtomicInteger();
  private final AtomicInteger closedTwice = new AtomicInteger();
  private final AtomicInteger openWatches = new AtomicInteger();

  /** Runs at the end of each pass over the host, before the notifier evaluates it. */
  public volatile Runnable inPass = () -> {};

  /** The last listener for events of all processes. */
  private volatile Consumer<ProcessEvent> processListener = event -> {};

  /** Gives an event to the last listener for events of all processes. */
  public void push(ProcessEvent event) {
    processListener.accept(event);
  }

  /** Runs after each read of a process, before the reader gets the result. */
  public volatile Runnable inRead = () -> {};

  /** Runs before each watch begins. */
  public volatile Runnable onWatch = () -> {};

  /** By how much the time stamps of events are later than the events, ns. */
  volatile long stampedLateNs;

  /** Whether passes omit nothing, whatever the query allows. A source may do that. */
  volatile boolean omitsNothing;

  /** Whether the next pass omits nothing, and is not remembered for the pass after it. */
  volatile BooleanSupplier refuses = () -> false;

  /**
   * A record type that the source does not provide, as if the kernel refused what it is made from;
   * null: none.
   */
  volatile RecordType refused;

  private final AtomicInteger filteredPasses = new AtomicInteger();
  private final ChangeFollower follower = new ChangeFollower();

  public CountingSource(SimulatedKernel kernel) {
    super(kernel);
  }

  /** How many passes had bounds, so that they could omit records. */
  int filteredPasses() {
    return filteredPasses.get();
  }

  /** How many records passes have omitted because they had not changed. */
  long omitted() {
    return follower.omitted();
  }

  public int openRefs() {
    return openRefs.get();
  }

  int closedTwice() {
    return closedTwice.get();
  }

  int openWatches() {
    return openWatches.get();
  }

  @Override
  public long fields(RecordType type, Detail detail) {
    return type == refused ? 0 : super.fields(type, detail);
  }

  @Override
  public void collect(Query query, BulkBuilder into, Cancellation cancellation) {
    if (!query.bounds().isEmpty()) {
      filteredPasses.incrementAndGet();
    }
    Query unfiltered = query.withBounds(Set.of()).withChanges(Set.of());
    if (omitsNothing || refuses.getAsBoolean()) {
      super.collect(unfiltered, into, cancellation);
    } else if (query.changes().isEmpty()) {
      super.collect(query, into, cancellation);
    } else {
      try (BulkBuilder all = into.emptyCopy()) {
        super.collect(unfiltered, all, cancellation);
        follower.pass(query, all, into);
      }
    }
    inPass.run();
  }

  @Override
  public Optional<ProcessRef> process(int pid) {
    return super.process(pid).map(CountedProcess::new);
  }

  @Override
  public Optional<CgroupRef> cgroup(String path) {
    return super.cgroup(path).map(CountedCgroup::new);
  }

  @Override
  public KernelEvents events() {
    return new CountedEvents(super.events());
  }

  /** Something that must be closed exactly once. */
  private class Counted {
    private final AtomicInteger closings = new AtomicInteger();
    private final AtomicInteger open;

    Counted(AtomicInteger open) {
      this.open = open;
      open.incrementAndGet();
    }

    void countClosing() {
      if (closings.getAndIncrement() > 0) {
        closedTwice.incrementAndGet();
      } else {
        open.decrementAndGet();
      }
    }
  }

  private final class CountedEvents implements KernelEvents {
    private final KernelEvents events;

    CountedEvents(KernelEvents events) {
      this.events = events;
    }

    @Override
    public Optional<Watch> onExit(ProcessRef process, Consumer<Exit> listener) {
      onWatch.run();
      return events.onExit(((CountedProcess) process).ref, listener).map(CountedWatch::new);
    }

    @Override
    public Optional<Watch> onProcesses(Consumer<ProcessEvent> listener) {
      onWatch.run();
      processListener = listener;
      return events.onProcesses(e -> listener.accept(stamped(e))).map(CountedWatch::new);
    }

    @Override
    public Set<ProcessEvent.Kind> supportedKinds() {
      return events.supportedKinds();
    }

    @Override
    public Optional<Watch> onPressure(Pressure of, long stallNs, long windowNs, Runnable listener) {
      return events.onPressure(of, stallNs, windowNs, listener).map(CountedWatch::new);
    }

    @Override
    public Optional<Watch> onResize(
        ProcessRef process, Selection selection, long bytes, Runnable listener) {
      ProcessRef own = process == null ? null : ((CountedProcess) process).ref;
      return events.onResize(own, selection, bytes, listener).map(CountedWatch::new);
    }

    @Override
    public Optional<Watch> onPressure(
        CgroupRef group, Pressure of, long stallNs, long windowNs, Runnable listener) {
      return events
          .onPressure(((CountedCgroup) group).ref, of, stallNs, windowNs, listener)
          .map(CountedWatch::new);
    }

    @Override
    public Optional<Watch> onCgroup(CgroupRef group, CgroupFile file, Runnable listener) {
      CgroupRef own = group == null ? null : ((CountedCgroup) group).ref;
      return events.onCgroup(own, file, listener).map(CountedWatch::new);
    }

    private ProcessEvent stamped(ProcessEvent e) {
      return e.at(e.boottimeNs() + stampedLateNs);
    }
  }

  private final class CountedCgroup extends Counted implements CgroupRef {
    private final CgroupRef ref;

    CountedCgroup(CgroupRef ref) {
      super(openRefs);
      this.ref = ref;
    }

    @Override
    public long id() {
      return ref.id();
    }

    @Override
    public String path() {
      return ref.path();
    }

    @Override
    public boolean read(long fields, Record cgroup) {
      return ref.read(fields, cgroup);
    }

    @Override
    public List<String> children() {
      return ref.children();
    }

    @Override
    public int[] pids() {
      return ref.pids();
    }

    @Override
    public void close() {
      countClosing();
      ref.close();
    }
  }

  private final class CountedWatch extends Counted implements KernelEvents.Watch {
    private final KernelEvents.Watch watch;

    CountedWatch(KernelEvents.Watch watch) {
      super(openWatches);
      this.watch = watch;
    }

    @Override
    public void close() {
      countClosing();
      watch.close();
    }
  }

  private final class CountedThread extends Counted implements ThreadRef {
    private final ThreadRef ref;

    CountedThread(ThreadRef ref) {
      super(openRefs);
      this.ref = ref;
    }

    @Override
    public int tid() {
      return ref.tid();
    }

    @Override
    public int pid() {
      return ref.pid();
    }

    @Override
    public boolean read(long fields, Record thread) {
      return ref.read(fields, thread);
    }

    @Override
    public Optional<EntityLimits> limits() {
      return ref.limits();
    }

    @Override
    public void close() {
      countClosing();
      ref.close();
    }
  }

  private final class CountedProcess extends Counted implements ProcessRef {
    private final ProcessRef ref;

    CountedProcess(ProcessRef ref) {
      super(openRefs);
      this.ref = ref;
    }

    @Override
    public int pid() {
      return ref.pid();
    }

    @Override
    public Optional<Owner> owner() {
      return ref.owner();
    }

    @Override
    public boolean read(long fields, Record process) {
      boolean there = ref.read(fields, process);
      inRead.run();
      return there;
    }

    @Override
    public boolean collect(Query query, BulkBuilder into, Cancellation cancellation) {
      boolean there = ref.collect(query, into, cancellation);
      inRead.run();
      return there;
    }

    @Override
    public int[] tids() {
      return ref.tids();
    }

    @Override
    public int[] fds() {
      return ref.fds();
    }

    @Override
    public boolean hasFd(int fd) {
      return ref.hasFd(fd);
    }

    @Override
    public boolean collectFd(int fd, BulkBuilder into) {
      return ref.collectFd(fd, into);
    }

    @Override
    public Optional<ThreadRef> thread(int tid) {
      return ref.thread(tid).map(CountedThread::new);
    }

    @Override
    public OptionalLong unreadableSince() {
      return ref.unreadableSince();
    }

    @Override
    public Optional<byte[]> commandLine() {
      return ref.commandLine();
    }

    @Override
    public Optional<String> executable() {
      return ref.executable();
    }

    @Override
    public Optional<String> cgroup() {
      return ref.cgroup();
    }

    @Override
    public Optional<EntityLimits> limits() {
      return ref.limits();
    }

    @Override
    public boolean isAlive() {
      return ref.isAlive();
    }

    @Override
    public void close() {
      countClosing();
      ref.close();
    }
  }
}
