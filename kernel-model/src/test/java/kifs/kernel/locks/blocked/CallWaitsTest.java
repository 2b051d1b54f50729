package kifs.kernel.locks.blocked;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.locks.graph.WaitGraph;
import kifs.kernel.record.WaitKind;
import kifs.kernel.source.Cancellation;
import org.junit.jupiter.api.Test;

/** {@link CallWaits} on single blocked calls of a made-up host. */
class CallWaitsTest {
  private static final int LOCK_PI = 0x86;
  private static final int WAIT = 0x80;

  /** The thread of {@link Words#call}. */
  private static final ThreadId SELF = new ThreadId(100, 101);

  @Test
  void aThreadThatWaitsForItsOwnPiMutexWasHandedIt() {
    Wait handed = only(new Words().ints(0, 0x8000_0065, 1, 101, 1, 0x20), LOCK_PI, 0);
    assertEquals(WaitKind.PI_MUTEX, handed.what().kind());
    assertEquals(List.of(), handed.owners().holders());
    assertEquals(Set.of(), WaitGraph.of(List.of(handed), pid -> new int[0]).stuck());

    Wait other = only(new Words().ints(0, 0x8000_0066, 1, 102, 1, 0x20), LOCK_PI, 0);
    assertEquals(List.of(new ThreadId(100, 102)), other.owners().holders());
  }

  /** A mutex that isn't a PI mutex has no hand-over: its owner locked it itself. */
  @Test
  void aThreadThatWaitsForItsOwnPlainMutexIsStuck() {
    Wait locked = only(new Words().ints(0, 2, 0, 101, 1, 0), WAIT, 2);
    assertEquals(WaitKind.MUTEX, locked.what().kind());
    assertEquals(List.of(SELF), locked.owners().holders());
    assertEquals(Set.of(SELF), WaitGraph.of(List.of(locked), pid -> new int[0]).stuck());
  }

  private static Wait only(Words words, int operation, int value) {
    List<Wait> waits = new ArrayList<>();
    new CallWaits(factsWith(words.call(Abi.X86_64, operation, value, 0)))
        .waits(Set.of(), false, waits::add, Cancellation.NEVER);
    assertEquals(1, waits.size());
    return waits.get(0);
  }

  /** A host with that one blocked thread. Every id is that of a thread of its process. */
  @SuppressWarnings("unchecked")
  private static LockFacts factsWith(BlockedCall blocked) {
    return FakeFacts.of(
        (method, arguments) ->
            switch (method) {
              case "blocked" -> {
                ((Consumer<BlockedCall>) arguments[2]).accept(blocked);
                yield null;
              }
              default -> throw new AssertionError(method);
            });
  }
}
