package kifs.kernel.procfs.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import kifs.kernel.linux.Descriptors;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.procfs.scan.ProcRoot;
import kifs.kernel.source.NoDescriptorsException;
import kifs.kernel.source.UnreadableProcess;
import kifs.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuardedReadsTest {
  private static final int SELF = (int) ProcessHandle.current().pid();
  private static final int PARENT =
      (int) ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(1L).longValue();
  private static final long SHORT_NS = 1_000_000;
  private static final int MAX_LEFT = 2;

  private final CountDownLatch lock = new CountDownLatch(1);
  private ProcRoot root;
  private GuardedReads reads;

  @BeforeEach
  void open() throws Exception {
    root = ProcRoot.open(Path.of("/proc"));
    reads = new GuardedReads(root, true, new LinuxClock(), SHORT_NS, MAX_LEFT);
  }

  @AfterEach
  void close() {
    lock.countDown();
    Await.until("every thread came back", () -> reads.unreadable().isEmpty());
    root.close();
  }

  private String read(int pid, GuardedReads.Job<String> job) {
    return reads.read(pid, GuardedReads.BY_ID, "unreadable", job);
  }

  /** A read that doesn't end before the lock is free. */
  private String waiting() {
    boolean interrupted = false;
    while (lock.getCount() > 0) {
      try {
        lock.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted ? "interrupted" : "read";
  }

  private List<Integer> unreadable() {
    return reads.unreadable().stream().map(UnreadableProcess::pid).toList();
  }

  /** A thread may be late, so that a read which takes no time is left. It is tried again. */
  private void assertReadable(int pid) {
    Await.until(pid + " can be read", () -> read(pid, (scan, dir) -> "read").equals("read"));
  }

  @Test
  void anotherThreadReads() {
    Thread asker = Thread.currentThread();
    Thread[] reader = new Thread[1];
    Await.until(
        "the read is in time",
        () ->
            "read"
                .equals(
                    read(
                        SELF,
                        (scan, dir) -> {
                          reader[0] = Thread.currentThread();
                          return "read";
                        })));
    assertNotEquals(asker, reader[0]);
    assertTrue(reader[0].isDaemon());
  }

  @Test
  void cpuTimeOfTheOtherThreadCountsAsTheAskers() {
    LinuxClock clock = new LinuxClock();
    GuardedReads patient = new GuardedReads(root, true, clock);
    long before = clock.cpuTimeNs();
    long usedNs = patient.read(SELF, GuardedReads.BY_ID, 0L, (scan, dir) -> use(clock, 20));
    long countedNs = clock.cpuTimeNs() - before;
    assertTrue(usedNs >= 20_000_000, "used: " + usedNs);
    assertTrue(countedNs >= usedNs, "used: " + usedNs + ", counted: " + countedNs);
  }

  /** Uses some milliseconds of CPU time. Returns how much it was, ns. */
  private static long use(LinuxClock clock, int ms) {
    long before = clock.cpuTimeNs();
    while (clock.cpuTimeNs() < before + ms * 1_000_000L) {
      Thread.onSpinWait();
    }
    return clock.cpuTimeNs() - before;
  }

  @Test
  void theAskerItselfReadsWhatOnlyLooksLikeAProc() {
    GuardedReads fixture = new GuardedReads(root, false, new LinuxClock(), SHORT_NS, MAX_LEFT);
    Thread reader =
        fixture.read(SELF, GuardedReads.BY_ID, null, (scan, dir) -> Thread.currentThread());
    assertSame(Thread.currentThread(), reader);
  }

  @Test
  void whatTheJobThrowsReachesTheAsker() {
    GuardedReads patient = new GuardedReads(root, true, new LinuxClock());
    assertThrows(
        ArithmeticException.class,
        () ->
            patient.read(
                SELF,
                GuardedReads.BY_ID,
                "",
                (scan, dir) -> {
                  throw new ArithmeticException();
                }));
  }

  @Test
  void aProcessWhoseReadWaitsIsNotReadAgainUntilTheReadEnds() {
    assertEquals("unreadable", read(SELF, (scan, dir) -> waiting()));
    assertEquals(List.of(SELF), unreadable());
    boolean[] ran = new boolean[1];
    assertEquals(
        "unreadable",
        read(
            SELF,
            (scan, dir) -> {
              ran[0] = true;
              return "read";
            }));
    assertEquals(false, ran[0]);
    assertTrue(reads.unreadableSince(SELF, GuardedReads.BY_ID).isPresent());
    assertTrue(reads.unreadableSince(PARENT, GuardedReads.BY_ID).isEmpty());
    assertReadable(PARENT);
    lock.countDown();
    Await.until("the process is readable", () -> unreadable().isEmpty());
    assertReadable(SELF);
  }

  /** Freeing the memory of a large process keeps the thread on a CPU. */
  @Test
  void aReadThatUsesMuchCpuTimeIsLeft() {
    assertEquals(
        "unreadable",
        read(
            SELF,
            (scan, dir) -> {
              while (lock.getCount() > 0) {
                Thread.onSpinWait();
              }
              return "read";
            }));
    assertEquals(List.of(SELF), unreadable());
  }

  @Test
  void noProcessIsReadWithTooManyThreadsLeftBehind() {
    Stream.of(SELF, PARENT).forEach(pid -> read(pid, (scan, dir) -> waiting()));
    assertEquals(MAX_LEFT, unreadable().size());
    assertEquals("unreadable", read(1, (scan, dir) -> "read"));
    lock.countDown();
    Await.until("the threads came back", () -> unreadable().isEmpty());
    assertReadable(1);
  }

  @Test
  void aThreadForOneReadEndsAfterIt() {
    GuardedReads patient = new GuardedReads(root, true, new LinuxClock());
    Thread reader = patient.readOnce(SELF, null, (scan, dir) -> Thread.currentThread());
    Await.until("the thread has ended", () -> !reader.isAlive());
  }

  /** Or what the other thread could not open would look absent to the asker. */
  @Test
  void aShortageOfTheOtherThreadIsTheAskers() {
    GuardedReads.Job<String> lacking =
        (scan, dir) -> {
          Descriptors.addUnopened(1);
          return "read";
        };
    Await.until(
        "the shortage",
        () -> {
          try {
            Descriptors.requireAll(() -> read(SELF, lacking));
            return false;
          } catch (NoDescriptorsException e) {
            return true;
          }
        });
    assertReadable(SELF);
    int before = Descriptors.unopened();
    assertReadable(PARENT);
    assertEquals(before, Descriptors.unopened(), "an earlier shortage of the thread doesn't count");
  }
}
