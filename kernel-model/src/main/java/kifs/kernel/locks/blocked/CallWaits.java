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

/**
 * The waits of a live kernel: what its blocked system calls mean. Everything that is not certain is
 * a wait for nobody. Used by one thread at a time.
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
          if (DelayedLocks.mayBe(call)) {
            maybeDelayed.put(call.thread(), call);
          }
        },
        cancellation);
    if (pids.isEmpty()) {
      delayed.keep(maybeDelayed.keySet());
    }
    maybeDelayed.keySet().retainAll(piOwners);
    maybeDelayed.values().forEach(call -> delayed.find(call).ifPresent(to));
  }

  @Override
  public Optional<Wait> again(ThreadId thread) {
    return facts.blocked(thread).map(call -> delayed.again(call).orElseGet(() -> wait(call, true)));
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
   * What a blocked call waits for; null if for nothing.
   *
   * @param thorough whether everybody who might end the wait is looked for
   */
  private Wait wait(BlockedCall call, boolean thorough) {
    return switch (call.call()) {
      case FUTEX -> futex(call);
      case FCNTL, FLOCK -> fileLocks.wait(call, thorough);
      case WAIT -> child(call, (int) call.argument(0));
      case WAITID -> childById(call);
      case OTHER -> null;
    };
  }

  private Wait futex(BlockedCall call) {
    FutexWait futex = FutexClassifier.classify(call);
    if (futex == null) {
      return null;
    }
    List<ThreadId> owners =
        futex.ownerTid() > 0
            ? facts
                .thread(call.pid(), futex.ownerTid(), futex.hasForeignOwner())
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

  /**
   * A PI mutex is handed to who has waited longest before that is woken, and the kernel lets nobody
   * wait for one of its own: such a thread is about to go on, however late the waking comes.
   */
  private static boolean isHandedOver(FutexWait futex, ThreadId owner, ThreadId waiter) {
    return futex.kind() == WaitKind.PI_MUTEX && owner.equals(waiter);
  }

  private Wait childById(BlockedCall call) {
    // By a pidfd or a group it is one of its children all the same.
    return child(call, call.argument(0) == P_PID ? (int) call.argument(1) : 0);
  }

  /**
   * @param pid 0 or less: any child, or any of a group
   */
  private Wait child(BlockedCall call, int pid) {
    Wait.Owners owners = pid > 0 ? thatChild(call.pid(), pid) : anyChild(call.thread());
    return call.waitFor(Wait.Awaited.of(WaitKind.CHILD, Math.max(pid, 0), call.number()), owners);
  }

  private Wait.Owners thatChild(int parent, int pid) {
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
    // Other threads can make children that end.
    List<ThreadId> others = new ArrayList<>();
    for (int tid : facts.threads(waiter.pid())) {
      if (tid != waiter.tid()) {
        others.add(new ThreadId(waiter.pid(), tid));
      }
    }
    return new Wait.Owners(children, true, others);
  }
}
