package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitKind;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.KernelSource;
import kifs.testing.Await;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The owner of a mutex that processes share. The id in its word counts only if a thread that its
 * own namespace knows by this id maps the mutex.
 */
class ForeignOwnerTest {
  @ParameterizedTest
  @EnumSource
  void aProcessThatMapsTheMutexIsTheOwner(AnySource which) throws Exception {
    try (Program program = Program.run("foreign-owner", "sharer")) {
      check(which, program, printed(program));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOwnerInAnotherNamespaceIsFoundByItsIdThere(AnySource which) throws Exception {
    try (Program program = Program.run("foreign-owner", "namespace")) {
      check(which, program, printed(program));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProcessThatDoesNotMapTheMutexIsNotTheOwner(AnySource which) throws Exception {
    try (Program program = Program.run("foreign-owner", "stranger")) {
      assertEquals(ProcessHandle.current().pid(), printed(program));
      check(which, program, 0);
    }
  }

  private static long printed(Program program) {
    return Long.parseLong(program.lines().get(0));
  }

  /**
   * @param owner the owner that the wait must have; 0: none
   */
  private static void check(AnySource which, Program program, long owner) throws Exception {
    Query threads =
        Query.of(ThreadRecord.TYPE)
            .withDetail(Detail.FULL)
            .withFields(
                ThreadRecord.TYPE,
                ThreadRecord.PID,
                ThreadRecord.STATE,
                ThreadRecord.WAIT_KIND,
                ThreadRecord.WAIT_OWNER);
    Query waits = Query.of(WaitRecord.TYPE);
    try (KernelSource source = which.open()) {
      List<Long> seen = new ArrayList<>();
      Await.until("the wait", () -> !ofWait(source, waits, program).isEmpty());
      seen.addAll(ofWait(source, waits, program));
      seen.addAll(ofWait(source, waits.withPids(Set.of(program.pid())), program));
      // A wait by registers may have stopped the thread for a moment, so that it waited for
      // nothing.
      Query one = threads.withPids(Set.of(program.pid()));
      List<Long> found = new ArrayList<>();
      Await.until("the thread's wait", () -> found.addAll(ofThread(source, one, program)));
      seen.addAll(found);
      assertEquals(List.of(owner, owner, owner), seen);
    }
  }

  private static List<Long> ofWait(KernelSource source, Query query, Program program) {
    try (Bulk bulk = Bulks.collect(source, query)) {
      return Bulks.records(bulk, WaitRecord.TYPE).stream()
          .filter(wait -> wait.get(WaitRecord.WAITER_TID) == program.pid())
          .map(wait -> wait.get(WaitRecord.OWNER_PID))
          .toList();
    }
  }

  private static List<Long> ofThread(KernelSource source, Query query, Program program) {
    try (Bulk bulk = Bulks.collect(source, query)) {
      List<Long> owners = new ArrayList<>();
      for (Record thread : Bulks.records(bulk, ThreadRecord.TYPE)) {
        boolean waits = thread.get(ThreadRecord.WAIT_KIND) != WaitKind.NONE.code();
        if (waits && thread.get(ThreadRecord.TID) == program.pid()) {
          owners.add(
              thread.has(ThreadRecord.WAIT_OWNER) ? thread.get(ThreadRecord.WAIT_OWNER) : 0L);
        }
      }
      return owners;
    }
  }
}
