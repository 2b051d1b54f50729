package kifs.kernel.bpf.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import kifs.kernel.locks.blocked.Abi;
import kifs.kernel.locks.blocked.BlockedCall;
import kifs.kernel.locks.blocked.UserWords;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitKind;
import org.junit.jupiter.api.Test;

/**
 * The call of a blocked thread is found first, and its record is made later. A thread that has run
 * in between is not reported as waiting.
 */
class ThreadWaitsTest {
  private static final int TID = 101;
  private static final int WAIT4 = 61;
  private static final long MS = 1_000_000;

  /** A thread that waits for any child of its process. */
  private static ThreadWaits waits(long lastRanNs, long switches) {
    long[] arguments = {-1, 0, 0, 0, 0, 0};
    BlockedCall call =
        new BlockedCall(
            new ThreadId(100, TID),
            new BlockedCall.SystemCall(Abi.X86_64, WAIT4, arguments, 0, 0),
            UserWords.NONE,
            new Wait.Since(lastRanNs, switches),
            Wait.Description.UNKNOWN);
    return new ThreadWaits(null, Map.of(TID, call));
  }

  private static WaitKind kind(
      ThreadWaits waits, long lastRanNs, long voluntary, long involuntary) {
    Record thread = Record.allocate(ThreadRecord.TYPE);
    thread.set(ThreadRecord.TID, TID);
    thread.set(ThreadRecord.PID, 100);
    thread.set(ThreadRecord.LAST_RAN, lastRanNs);
    thread.set(ThreadRecord.VOLUNTARY_SWITCHES, voluntary);
    thread.set(ThreadRecord.INVOLUNTARY_SWITCHES, involuntary);
    waits.fill(ThreadWaits.FIELDS, thread);
    return WaitKind.of(thread.get(ThreadRecord.WAIT_KIND));
  }

  /** Otherwise the wait would seem to end for a moment, and its block would be reported twice. */
  @Test
  void aClockThatWasMeasuredAgainIsNoRun() {
    assertEquals(WaitKind.CHILD, kind(waits(500 * MS, 7), 514 * MS, 4, 3));
  }

  @Test
  void aThreadThatHasRunSinceWaitsForNothing() {
    assertEquals(WaitKind.NONE, kind(waits(500 * MS, 7), 500 * MS, 4, 4));
    assertEquals(WaitKind.NONE, kind(waits(500 * MS, 7), 500 * MS, 5, 3));
  }

  @Test
  void unknownSwitchesDoNotEndAWait() {
    assertEquals(WaitKind.CHILD, kind(waits(-1, -1), 500 * MS, 4, 3));
  }
}
