package kifs.kernel.bpf.locks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.pass.BpfEngine;
import kifs.kernel.bpf.program.BpfStoppedException;
import kifs.kernel.bpf.program.PassPlan;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.locks.blocked.BlockedCall;
import kifs.kernel.locks.blocked.FileLock;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.locks.blocked.Registers;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.source.Cancellation;

/**
 * The facts of blocked threads. A program finds all blocked threads together. Facts of single
 * threads, and what the program can't read, come through /proc. Works only in the initial pid
 * namespace. Not thread-safe.
 */
public final class BpfLockFacts implements LockFacts {
  /** The maximum number of threads that the processes of one run have together. */
  private static final int THREADS_PER_RUN = Capacity.BATCH_BLOCKED.count() / 2;

  private final BpfEngine engine;
  private final LockFacts proc;
  private final BlockedCalls calls;

  /** The threads that the program has seen since {@link #begin}. */
  private final SeenThreads seen = new SeenThreads();

  public BpfLockFacts(BpfEngine engine, LockFacts proc) {
    this.engine = engine;
    this.proc = proc;
    calls = new BlockedCalls(proc);
  }

  @Override
  public void begin() {
    seen.clear();
    proc.begin();
  }

  @Override
  public void blocked(
      Set<Integer> pids, boolean described, Consumer<BlockedCall> to, Cancellation cancellation) {
    try (BpfEngine.Use use = engine.use()) {
      if (!use.isGranted()) {
        proc.blocked(pids, described, to, cancellation);
        return;
      }
      Found found = find(pids, described, cancellation);
      found.calls().forEach(to);
      if (!found.elsewhere().isEmpty()) {
        proc.blocked(found.elsewhere(), described, to, cancellation);
      }
    } catch (BpfStoppedException e) {
      engine.stop(e);
      proc.blocked(pids, described, to, cancellation);
    }
  }

  /**
   * What the program has found.
   *
   * @param calls the calls of blocked threads
   * @param elsewhere processes that must be read through /proc, because they are invisible to BPF
   *     or have more blocked threads than a slot can hold
   */
  private record Found(List<BlockedCall> calls, Set<Integer> elsewhere) {}

  private Found find(Set<Integer> pids, boolean described, Cancellation cancellation) {
    Found found = new Found(new ArrayList<>(), new TreeSet<>());
    engine.refresh();
    Slot slot = engine.slots().acquire(cancellation);
    try {
      Arrays.stream(engine.invisible().pids())
          .filter(pid -> pids.isEmpty() || pids.contains(pid))
          .forEach(found.elsewhere()::add);
      if (!plan(slot.plan(), pids, found.elsewhere())) {
        Arrays.stream(engine.procfs().pids()).forEach(found.elsewhere()::add);
        return found;
      }
      run(slot, described, found, cancellation);
      return found;
    } finally {
      engine.slots().release(slot);
    }
  }

  /**
   * Plans which processes the program visits. If the pids are known, the number of threads of each
   * is planned as 0. To find it would mean to list all processes, which takes 1.5 ms on a host with
   * 5,000. It isn't needed, because the program stops before a process for which the slot has no
   * space left.
   *
   * @param pids the processes; empty: all
   * @param invisible the processes that must be read through /proc. The plan omits them; but a
   *     process that the program lists is visible, so it is planned and removed from this set
   * @return false if there are more processes than can be listed
   */
  private boolean plan(PassPlan plan, Set<Integer> pids, Set<Integer> invisible) {
    plan.clear();
    if (pids.isEmpty()) {
      return engine.forEachListed(
          (pid, visible, threads, uid, cssSet) -> {
            plan.add(pid, threads);
            invisible.remove(visible);
          });
    }
    pids.stream().filter(pid -> !invisible.contains(pid)).forEach(pid -> plan.add(pid, 0));
    return true;
  }

  private void run(Slot slot, boolean described, Found found, Cancellation cancellation) {
    PassPlan plan = slot.plan();
    calls.request(slot);
    for (int at = 0; at < plan.count(); ) {
      cancellation.check();
      int done = slot.runWaits(slot.fillBatch(plan, at, plan.count(), THREADS_PER_RUN));
      seen.add(slot);
      calls.collect(slot, described, found.calls());
      if (done == 0) {
        found.elsewhere().add(plan.pid(at));
        done = 1;
      }
      at += done;
    }
  }

  /**
   * Reads the call through /proc, which is faster for one thread. The program is used only if the
   * daemon may lack the permission to read it there.
   */
  @Override
  public Optional<BlockedCall> blocked(ThreadId thread) {
    Optional<BlockedCall> read = proc.blocked(thread);
    if (read.isPresent() || engine.procfs().mayTrace()) {
      return read;
    }
    List<BlockedCall> found = new ArrayList<>();
    blocked(Set.of(thread.pid()), true, found::add, Cancellation.NEVER);
    return found.stream().filter(call -> call.thread().equals(thread)).findFirst();
  }

  @Override
  public Optional<ThreadId> thread(int pid, int tid, boolean anywhere) {
    int process = seen.sharesIds(pid) ? seen.process(tid) : 0;
    if (process == 0) {
      return proc.thread(pid, tid, anywhere);
    }
    return anywhere || process == pid ? Optional.of(new ThreadId(process, tid)) : Optional.empty();
  }

  @Override
  public Optional<ThreadId> sharer(int pid, long word, int tid) {
    return proc.sharer(pid, word, tid);
  }

  @Override
  public int[] threads(int pid) {
    return proc.threads(pid);
  }

  @Override
  public Optional<int[]> children(int pid) {
    return proc.children(pid);
  }

  @Override
  public Optional<Integer> vforkChild(ThreadId parent) {
    return proc.vforkChild(parent);
  }

  @Override
  public Optional<List<FileLock>> fileLocks() {
    return proc.fileLocks();
  }

  @Override
  public Optional<Wait.LockedFile> file(int pid, int fd) {
    return proc.file(pid, fd);
  }

  @Override
  public Optional<int[]> holders(FileLock lock, boolean thorough) {
    return proc.holders(lock, thorough);
  }

  @Override
  public Optional<Wait.LockedFile> mapping(int pid, long address) {
    return proc.mapping(pid, address);
  }

  @Override
  public byte[] memory(ThreadId thread, long address, int length) {
    return proc.memory(thread, address, length);
  }

  @Override
  public Optional<List<Code>> code(int pid) {
    return proc.code(pid);
  }

  @Override
  public Optional<Registers> registers(ThreadId thread) {
    return proc.registers(thread);
  }

  @Override
  public Optional<byte[]> comm(ThreadId thread) {
    byte[] name = seen.name(thread.isProcess() ? thread.pid() : thread.tid());
    return name == null ? engine.name(thread).or(() -> proc.comm(thread)) : Optional.of(name);
  }
}
