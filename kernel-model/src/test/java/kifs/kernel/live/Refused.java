package kifs.kernel.live;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Bulks;

/**
 * Prints what kifs can find about some processes, for {@link RefusedTest}, which starts it with
 * fewer rights: {@code Refused PID...}
 *
 * <pre>
 *   bpf REASON | bpf runs
 *   fd PID COUNT fields=MASK     of all fds together
 *   shm users=KNOWN              whether the number of users of any object is known
 *   mapped PID BYTES
 *   waits PID COUNT deadlocks=COUNT
 *   threads PID kinds=COUNT      for how many threads the kind of wait is known
 *   ended PID status=STATUS      only for zombies; -1: not known
 *   warning TEXT
 * </pre>
 */
final class Refused {
  private Refused() {}

  public static void main(String[] pids) throws Exception {
    try (KernelSource bpf = BpfSource.open(ProcfsSource.open(Path.of("/proc")))) {
      System.out.println("bpf runs " + bpf.kind());
    } catch (BpfException e) {
      System.out.println("bpf " + e.getMessage());
    }
    try (KernelSource source = ProcfsSource.open(Path.of("/proc"))) {
      for (int round = 0; round < 2; round++) {
        // A warning is printed once, although the second pass meets its cause again.
        Query all =
            Query.of(
                FdRecord.TYPE,
                ShmRecord.TYPE,
                ShmUserRecord.TYPE,
                WaitRecord.TYPE,
                ThreadRecord.TYPE);
        try (Bulk bulk =
            Bulks.collect(source, all.withFields(ThreadRecord.TYPE, ThreadRecord.WAIT_KIND))) {
          if (round == 0) {
            Arrays.stream(pids).mapToInt(Integer::parseInt).forEach(pid -> report(bulk, pid));
            boolean users =
                Bulks.records(bulk, ShmRecord.TYPE).stream()
                    .anyMatch(shm -> shm.has(ShmRecord.USERS));
            System.out.println("shm users=" + users);
          }
        }
      }
      Arrays.stream(pids).mapToInt(Integer::parseInt).forEach(pid -> reportEnd(source, pid));
      source.warnings().forEach(warning -> System.out.println("warning " + warning));
    }
  }

  private static void report(Bulk bulk, int pid) {
    long[] fds = new long[2];
    for (Record fd : Bulks.records(bulk, FdRecord.TYPE)) {
      if (fd.get(FdRecord.PID) == pid) {
        fds[0]++;
        fds[1] |= FdRecord.TYPE.allFields() & ~fd.absent();
      }
    }
    System.out.println("fd " + pid + " " + fds[0] + " fields=" + Long.toHexString(fds[1]));
    long mapped =
        Bulks.records(bulk, ShmUserRecord.TYPE).stream()
            .filter(user -> user.get(ShmUserRecord.PID) == pid)
            .mapToLong(user -> user.get(ShmUserRecord.MAPPED))
            .sum();
    System.out.println("mapped " + pid + " " + mapped);
    Set<Long> deadlocks = new TreeSet<>();
    int waits = 0;
    for (Record wait : Bulks.records(bulk, WaitRecord.TYPE)) {
      if (wait.get(WaitRecord.WAITER_PID) == pid) {
        waits++;
        deadlocks.add(wait.get(WaitRecord.DEADLOCK));
      }
    }
    deadlocks.remove(0L);
    System.out.println("waits " + pid + " " + waits + " deadlocks=" + deadlocks.size());
    long kinds =
        Bulks.records(bulk, ThreadRecord.TYPE).stream()
            .filter(thread -> thread.get(ThreadRecord.PID) == pid)
            .filter(thread -> thread.has(ThreadRecord.WAIT_KIND))
            .count();
    System.out.println("threads " + pid + " kinds=" + kinds);
  }

  private static void reportEnd(KernelSource source, int pid) {
    try (ProcessRef process = source.process(pid).orElseThrow()) {
      Record record = Record.allocate(ProcessRecord.TYPE);
      if (process.read(ProcessRecord.STATE.bit(), record)
          && record.get(ProcessRecord.STATE) == 'Z') {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        source.events().onExit(process, exit -> status.complete(exit.status())).orElseThrow();
        System.out.println("ended " + pid + " status=" + status.join());
      }
    }
  }
}
