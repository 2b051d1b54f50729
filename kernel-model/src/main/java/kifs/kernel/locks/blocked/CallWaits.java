package kifs.kernel.locks.blocked;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.locks.graph.WaitSource;
import kifs.kernel.record.WaitKind;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Derives the waits of a live kernel from its blocked system calls. If the owner of an object isn't
 * certain, the wait has no owner, because a wrong owner would make a false deadlock. Used by one
 * thread at a time.
 */
public final class CallWaits implements WaitSource {
  private static final int P_PID = 1;

  private final LockFacts facts;
  private final FileLockOwners fileLocks;
  private final DelayedLocks delayed;

  public CallWaits(LockFacts facts) {
    this.facts = facts;
    this.fileLocks = new FileLockOwners(facts);
    this.delayed = new DelayedLocks(facts);
  }

  @Override
  public void waits(
      Set<Integer> pids, boolean described, Consumer<Wait> to, Cancellation cancellation) {
    Map<ThreadId, BlockedCall> maybeDelayed = new TreeMap<>();
    Set<ThreadId> piOwners = new HashSet<>();
    facts.blocked(
        pids,
        described,
        call -> {
          Wait wait = wait(call, false);
          if (wait != null) {
            to.accept(wait);
            if (wait.what().kind() == WaitKind.PI_MUTEX) {
              piOwners.addAll(wait.owners().holders());
            }
          }
          if (DelayedLocks.mayBeDelayed(call)) {
            maybeDelayed.put(call.thread(), call);
          }
        },
        cancellation);
    if (pids.isEmpty()) {
      delayed.retain(maybeDelayed.keySet());
    }
    maybeDelayed.keySet().retainAll(piOwners);
    maybeDelayed.values().forEach(call -> delayed.find(call).ifPresent(to));
  }

  @Override
  public Optional<Wait> sampleAgain(ThreadId thread) {
    return facts
        .blocked(thread)
        .map(call -> delayed.sampleAgain(call).orElseGet(() -> wait(call, true)));
  }

  @Override
  public void begin() {
    facts.begin();
    fileLocks.refresh();
  }

  @Override
  public void refresh() {
    fileLocks.refresh();
  }

  @Override
  public int[] threads(int pid) {
    return facts.threads(pid);
  }

  @Override
  public Optional<byte[]> comm(ThreadId thread) {
    return facts.comm(thread);
  }

  @Override
  public Optional<Wait.LockedFile> place(Wait wait) {
    return switch (wait.what().kind()) {
      case FILE_LOCK -> Optional.ofNullable(wait.what().file());
      case CHILD, NONE -> Optional.empty();
      default -> facts.mapping(wait.thread().pid(), wait.what().object());
    };
  }

  /**
   * What a blocked call waits for; null if it doesn't wait for another thread.
   *
   * @param thorough see {@link LockFacts#holders}
   */
  private @Nullable Wait wait(BlockedCall call, boolean thorough) {
    return switch (call.call()) {
      case FUTEX -> futex(call);
      case FCNTL, FLOCK -> fileLocks.wait(call, thorough);
      case WAIT -> child(call, (int) call.argument(0));
      case WAITID -> childById(call);
      case VFORK, CLONE, CLONE3 -> call.isVfork() ? vforkChild(call) : null;
      case OTHER -> null;
    };
  }

  private @Nullable Wait futex(BlockedCall call) {
    FutexWait futex = FutexClassifier.classify(call);
    if (futex == null) {
      return null;
    }
    List<ThreadId> owners =
        futex.ownerTid() > 0
            ? owner(call, futex)
                .filter(owner -> !isHandedOver(futex, owner, call.thread()))
                .map(List::of)
                .orElse(List.of())
            : List.of();
    FutexWait sure = futex.certain(!owners.isEmpty(), call.argument(0));
    Wait.Awaited what =
        new Wait.Awaited(
            sure.kind(), sure.object(), call.number(), sure.timed(), sure.hasForeignOwner(), null);
    return call.waitFor(what, Wait.Owners.all(owners));
  }

  private Optional<ThreadId> owner(BlockedCall call, FutexWait futex) {
    return futex.hasForeignOwner()
        ? facts.sharer(call.pid(), call.argument(0), futex.ownerTid())
        : facts.thread(call.pid(), futex.ownerTid(), false);
  }

  /**
   * Whether the waiter owns the PI mutex already. The kernel makes the first waiter the owner
   * before it wakes that thread, and it refuses a thread that wants to wait for its own mutex. So
   * such a thread is about to continue, however late it is woken.
   */
  private static boolean isHandedOver(FutexWait futex, ThreadId owner, ThreadId waiter) {
    return futex.kind() == WaitKind.PI_MUTEX && owner.equals(waiter);
  }

  private Wait childById(BlockedCall call) {
    // Waiting by a pidfd or a process group waits for one of the process's children, too.
    return child(call, call.argument(0) == P_PID ? (int) call.argument(1) : 0);
  }

  /**
   * @param pid the child; 0 or less: any child, or any child of a process group
   */
  private Wait child(BlockedCall call, int pid) {
    Wait.Owners owners = pid > 0 ? oneChild(call.pid(), pid) : anyChild(call.thread());
    return call.waitFor(Wait.Awaited.of(WaitKind.CHILD, Math.max(pid, 0), call.number()), owners);
  }

  private Wait vforkChild(BlockedCall call) {
    Optional<Integer> child = facts.vforkChild(call.thread());
    Wait.Owners owners =
        child.map(pid -> Wait.Owners.all(List.of(ThreadId.anyOf(pid)))).orElse(Wait.Owners.UNKNOWN);
    return call.waitFor(Wait.Awaited.of(WaitKind.CHILD, child.orElse(0), call.number()), owners);
  }

  private Wait.Owners oneChild(int parent, int pid) {
    return facts
        .thread(parent, pid, true)
        .map(child -> Wait.Owners.all(List.of(ThreadId.anyOf(child.pid()))))
        .orElse(Wait.Owners.UNKNOWN);
  }

  private Wait.Owners anyChild(ThreadId waiter) {
    List<ThreadId> children = new ArrayList<>();
    for (int child : facts.children(waiter.pid()).orElse(new int[0])) {
      children.add(ThreadId.anyOf(child));
    }
    // The process's other threads can make children, and the end of such a child ends the wait,
    // too.
    List<ThreadId> others = new ArrayList<>();
    for (int tid : facts.threads(waiter.pid())) {
      if (tid != waiter.tid()) {
        others.add(new ThreadId(waiter.pid(), tid));
      }
    }
    return new Wait.Owners(children, true, others);
  }
}
