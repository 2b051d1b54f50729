package kifs.kernel.simulated;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.locks.graph.WaitSource;
import kifs.kernel.record.WaitKind;
import kifs.kernel.simulated.figures.Figure;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.kernel.source.Cancellation;

/** The lock waits of a simulated kernel's blocked threads. Guarded by the kernel's lock. */
final class SimulatedWaits implements WaitSource {
  private final ProcessTable table;
  private long now;

  SimulatedWaits(ProcessTable table) {
    this.table = table;
  }

  /** Sets the time at which waits are read from now on. */
  void at(long nowNs) {
    now = nowNs;
  }

  @Override
  public void waits(
      Set<Integer> pids, boolean described, Consumer<Wait> to, Cancellation cancellation) {
    for (int pid :
        pids.isEmpty() ? blockedPids() : pids.stream().mapToInt(p -> p).sorted().toArray()) {
      cancellation.check();
      Sighting of = table.find(pid);
      if (of != null && !of.process().isUnreadable()) {
        of.process().allThreads().forEach(thread -> wait(of, thread).ifPresent(to));
      }
    }
  }

  /** The pids of processes that have a blocked thread, without the members of other crowds. */
  private int[] blockedPids() {
    IntStream.Builder pids = IntStream.builder();
    table.singles().stream().filter(SimulatedWaits::isBlocked).forEach(p -> pids.add(p.pid()));
    for (Crowd crowd : table.crowds()) {
      if (isBlocked(crowd.template())) {
        int[] members = new int[crowd.size()];
        crowd.fill(members, 0);
        Arrays.stream(members).forEach(pids::add);
      }
    }
    return pids.build().sorted().toArray();
  }

  private static boolean isBlocked(SimulatedProcess process) {
    return process.allThreads().stream().anyMatch(thread -> thread.waitKind() != null);
  }

  @Override
  public Optional<Wait> sampleAgain(ThreadId thread) {
    Sighting of = table.find(thread.pid());
    if (of == null || of.process().isUnreadable()) {
      return Optional.empty();
    }
    SimulatedThread found = of.process().threadOrNull(thread.tid() - of.shift());
    return found == null ? Optional.empty() : wait(of, found);
  }

  private Optional<Wait> wait(Sighting of, SimulatedThread thread) {
    SimulatedWait wait = thread.waitKind();
    return wait == null ? Optional.empty() : Optional.of(wait(of, thread, wait));
  }

  private Wait wait(Sighting of, SimulatedThread thread, SimulatedWait blocked) {
    WaitKind kind = blocked.kind();
    Optional<ThreadId> owner = owner(thread.waitOwner(), kind);
    boolean shared = owner.isPresent() && owner.get().pid() != of.pid() && kind != WaitKind.CHILD;
    return new Wait(
        new ThreadId(of.pid(), thread.tid() + of.shift()),
        new Wait.Awaited(kind, thread.waitObject(), blocked.systemCall(), false, shared, null),
        Wait.Owners.all(owner.map(List::of).orElse(List.of())),
        new Wait.Since(
            thread.lastRanNs(now),
            thread.counter(Figure.VOLUNTARY).at(now) + thread.counter(Figure.INVOLUNTARY).at(now)),
        new Wait.Description(
            thread.comm(), Integer.toUnsignedLong(of.process().credentials().uid())));
  }

  private Optional<ThreadId> owner(int tid, WaitKind kind) {
    SimulatedProcess process = tid == 0 || !kind.isDetectable() ? null : table.ofThread(tid);
    if (process == null) {
      return Optional.empty();
    }
    boolean isProcess = kind == WaitKind.FILE_LOCK || kind == WaitKind.CHILD;
    return Optional.of(new ThreadId(process.pid(), isProcess ? 0 : tid));
  }

  @Override
  public int[] threads(int pid) {
    Sighting of = table.find(pid);
    Set<Integer> tids = new TreeSet<>();
    if (of != null) {
      of.process().allThreads().forEach(thread -> tids.add(thread.tid() + of.shift()));
    }
    return tids.stream().mapToInt(tid -> tid).toArray();
  }

  @Override
  public Optional<byte[]> comm(ThreadId thread) {
    Sighting of = table.find(thread.pid());
    if (of == null) {
      return Optional.empty();
    }
    SimulatedThread found = of.process().threadOrNull(thread.tid() - of.shift());
    return Optional.of((found == null ? of.process().mainThread() : found).comm());
  }

  /** Places every lock in anonymous memory. */
  @Override
  public Optional<Wait.LockedFile> place(Wait wait) {
    WaitKind kind = wait.what().kind();
    boolean inMemory = kind != WaitKind.CHILD && kind != WaitKind.FILE_LOCK;
    return inMemory ? Optional.of(new Wait.LockedFile(0, 0, 0, "[heap]")) : Optional.empty();
  }
}
