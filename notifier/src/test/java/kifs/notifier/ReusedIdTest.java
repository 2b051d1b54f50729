package kifs.notifier;

import static kifs.notifier.Rig.MS;
import static kifs.notifier.Rig.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events of processes that share an id with an earlier or a later process. */
class ReusedIdTest {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private void reuse() {
    rig.clock.advance(2 * MS);
    rig.kernel.simulated(400).exit(0);
    rig.clock.advance(2 * MS);
    rig.kernel.spawn(400, "second");
    rig.clock.advance(2 * MS);
  }

  @Test
  void eventsOfASuccessorAreNotReportedForThePredecessor() {
    SimulatedProcess first = rig.kernel.spawn(400, "first");
    Subscription exec = rig.open(rig.process(first), "exec/occurs/any");
    Subscription fork = rig.open(rig.process(first), "fork/occurs/any");
    rig.clock.advance(2 * MS);
    rig.kernel.spawn(401, 400, "child");
    reuse();
    rig.kernel.simulated(400).exec("third");
    rig.kernel.spawn(402, 400, "child");
    rig.run(0);
    assertEquals(List.of(), events(exec));
    assertEquals(List.of("401"), events(fork, "child"));
    assertTrue(exec.isEnded() && fork.isEnded());
  }

  @Test
  void eventDoesNotHaveTheNameOfTheSuccessor() {
    rig.kernel.spawn(400, "first");
    Subscription exec = rig.open(Scopes.eachProcess(), "exec/occurs/any");
    Subscription exit = rig.open(Scopes.eachProcess(), "exit/occurs/any");
    rig.clock.advance(2 * MS);
    rig.kernel.simulated(400).exec("other");
    reuse();
    rig.run(0);
    assertEquals(List.of("first"), events(exec, "comm"));
    assertEquals(List.of("first"), events(exit, "comm"));
  }

  @Test
  void eventDoesNotHaveTheNameOfAProcessSeenLater() {
    rig.kernel.spawn(400, "first");
    Subscription oom = rig.on(Scopes.eachProcess(), "oom/occurs/any");
    rig.clock.advance(2 * MS);
    rig.kernel.simulated(400).killForMemory();
    rig.clock.advance(2 * MS);
    rig.kernel.spawn(400, "second");
    rig.run(0);
    assertEquals(List.of(""), events(oom, "comm"));
  }

  @Test
  void exitWhileNothingWasScannedIsNotReportedToALaterWaiter() {
    SimulatedProcess shell = rig.kernel.spawn(300, "sh");
    SimulatedProcess gone = rig.kernel.spawn(400, "gone");
    rig.open(rig.process(shell), "fork/occurs/any");
    rig.open(Scopes.eachProcess(), "exit/occurs/any").close();
    rig.clock.advance(2 * MS);
    gone.exit(0);
    rig.run(0);
    rig.clock.advance(2 * MS);
    assertEquals(List.of(), events(rig.open(Scopes.eachProcess(), "exit/occurs/any")));
  }
}
