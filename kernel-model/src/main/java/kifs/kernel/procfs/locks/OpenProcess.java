package kifs.kernel.procfs.locks;

import java.util.Optional;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.blocked.BlockedCall;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.process.StatusFile;
import kifs.kernel.procfs.process.ThreadPlan;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.LivingThread;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.Warnings;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import org.jspecify.annotations.Nullable;

/**
 * A process whose blocked threads are read. It is bound by its open directory, and keeps {@code
 * mem} open after the first use. Not thread-safe; must be closed.
 */
final class OpenProcess implements CallReader.Process, AutoCloseable {
  private final Proc proc;
  private final Scan scan;
  private final int pid;
  private final int dir;
  private int memory = -Syscalls.ENOENT;
  private boolean memoryOpened;
  private long user = -1;
  private boolean userRead;

  OpenProcess(Proc proc, Scan scan, int pid) {
    this.proc = proc;
    this.scan = scan;
    this.pid = pid;
    dir = scan.bind(proc.root().fd(), pid);
  }

  boolean exists() {
    return dir >= 0;
  }

  @Override
  public int memory() {
    if (!memoryOpened) {
      memoryOpened = true;
      LivingThread.enter(scan, dir);
      memory = scan.open(FileName.MEM);
    }
    return memory;
  }

  @Override
  public int auxv() {
    LivingThread.enter(scan, dir);
    return scan.open(FileName.AUXV);
  }

  /** Ids of the threads, ascending; none if the process has vanished. */
  IdList tids() {
    IdList tids = new IdList();
    scan.inDirectory(dir);
    int tasks = dir < 0 ? dir : scan.openDirectory(FileName.TASK);
    if (tasks >= 0) {
      scan.numbers(tasks, tids);
      Syscalls.close(tasks);
    }
    return tids;
  }

  /** Ids of the children; empty if the process has vanished, or the kernel doesn't list them. */
  Optional<int[]> children() {
    IdList children = new IdList();
    boolean complete = exists();
    IdList tids = tids();
    for (int i = 0; i < tids.size() && complete; i++) {
      scan.inTask(dir, tids.get(i));
      complete = scan.loadWhole(FileName.CHILDREN) >= 0;
      while (complete && scan.cursor.number()) {
        children.add((int) scan.cursor.value());
      }
    }
    return complete ? Optional.of(children.toArray()) : Optional.empty();
  }

  /** The child for which a thread waits in vfork(2), see {@link VforkChild}. */
  Optional<Integer> vforkChild(int tid) {
    scan.inTask(dir, tid);
    return VforkChild.of(scan, tid);
  }

  /**
   * The system call in which a thread is blocked. Null if the thread is in none that waits, if the
   * thread has vanished, or if the kernel refuses it.
   *
   * @param plan the fields that describe the thread; null means no description
   */
  @Nullable BlockedCall blocked(int tid, @Nullable ThreadPlan plan) {
    scan.inTask(dir, tid);
    int length = scan.load(FileName.SYSCALL);
    if (Syscalls.isRefusal(length)) {
      proc.warnings().add(Warnings.WAITS_REFUSED);
    }
    if (length < 0 || !scan.syscall.parse(scan.cursor)) {
      return null;
    }
    BlockedCall call = CallReader.read(scan, pid, tid, scan.syscall, this);
    return call == null || plan == null ? call : describe(call, plan);
  }

  private @Nullable BlockedCall describe(BlockedCall call, ThreadPlan plan) {
    Record thread = Record.allocate(ThreadRecord.TYPE);
    scan.inTask(dir, call.tid());
    if (!proc.threads().read(scan, pid, call.tid(), plan, thread)) {
      return null;
    }
    boolean counted =
        thread.has(ThreadRecord.VOLUNTARY_SWITCHES)
            && thread.has(ThreadRecord.INVOLUNTARY_SWITCHES);
    long switches =
        thread.get(ThreadRecord.VOLUNTARY_SWITCHES) + thread.get(ThreadRecord.INVOLUNTARY_SWITCHES);
    long lastRan = thread.has(ThreadRecord.LAST_RAN) ? thread.get(ThreadRecord.LAST_RAN) : -1;
    return call.described(
        new Wait.Since(lastRan, counted ? switches : -1),
        new Wait.Description(thread.bytes(ThreadRecord.COMM), user()));
  }

  private long user() {
    if (!userRead) {
      userRead = true;
      Record process = Record.allocate(ProcessRecord.TYPE);
      scan.inDirectory(dir);
      if (scan.load(FileName.STATUS) >= 0) {
        StatusFile.parse(scan.cursor, ProcessRecord.UID.bit(), process);
        user = process.has(ProcessRecord.UID) ? process.get(ProcessRecord.UID) : -1;
      }
    }
    return user;
  }

  @Override
  public void close() {
    if (memory >= 0) {
      Syscalls.close(memory);
    }
    if (dir >= 0) {
      Syscalls.close(dir);
    }
  }
}
