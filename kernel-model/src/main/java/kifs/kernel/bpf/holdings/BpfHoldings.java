package kifs.kernel.bpf.holdings;

import java.util.Set;
import java.util.concurrent.Semaphore;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.pass.BpfEngine;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.bpf.program.BpfProgram;
import kifs.kernel.bpf.program.Programs;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.holdings.HeldFacts;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Finds what processes hold by iterators over open files and mappings. Processes that are invisible
 * to BPF are read through /proc. Thread-safe. One request runs at a time and others wait, in the
 * order in which they came.
 */
public final class BpfHoldings implements HeldFacts {
  /**
   * The maximum number of processes for which an iterator is opened for each process. For more
   * processes one iterator visits all, and the daemon skips those that the query doesn't want.
   */
  private static final int MAX_SINGLE_PROCESSES = 256;

  private static final int OUTPUT_BYTES = 64;

  private final BpfEngine engine;
  private final Programs programs;
  private final HeldBlock block;
  private final Semaphore gate = new Semaphore(1, true);
  private final NativeBuffer output = NativeBuffer.allocate(OUTPUT_BYTES);
  private volatile boolean stopped;

  public BpfHoldings(BpfEngine engine, Programs programs) throws BpfException {
    this.engine = engine;
    this.programs = programs;
    block = new HeldBlock(programs.held().buffer());
  }

  @Override
  public boolean files(int @Nullable [] pids, Files to, Cancellation cancellation) {
    if (!canIterate(pids) || !programs.runs(BpfProgram.FILES)) {
      return false;
    }
    return iterate(
        cancellation,
        () -> {
          HeldOrder order = new HeldOrder(pids, engine.invisible().pids(), to);
          block.request(false, Set.of());
          walk(BpfProgram.FILES, pids, order, cancellation, () -> block.files(order, to));
        });
  }

  @Override
  public boolean shm(int @Nullable [] pids, Set<Long> devices, Shm to, Cancellation cancellation) {
    if (!canIterate(pids)
        || devices.size() > Capacity.MAX_DEVICES.count()
        || !programs.runs(BpfProgram.FILES)
        || !programs.runs(BpfProgram.MAPPINGS)) {
      return false;
    }
    return iterate(
        cancellation,
        () -> {
          block.request(true, devices);
          HeldOrder order = new HeldOrder(pids, engine.invisible().pids(), to);
          walk(BpfProgram.MAPPINGS, pids, order, cancellation, () -> block.mappings(order, to));
          HeldOrder known = order.again();
          walk(BpfProgram.FILES, pids, known, cancellation, () -> block.shmFiles(known, to));
        });
  }

  /**
   * Whether iterators may be used for these processes. If an iterator can't visit one process
   * alone, a few processes are cheaper to read through /proc.
   */
  private boolean canIterate(int @Nullable [] pids) {
    boolean few = pids != null && pids.length <= MAX_SINGLE_PROCESSES;
    return !stopped && !engine.isStopped() && (!few || programs.canIterateOne());
  }

  private interface Iteration {
    void run() throws BpfException;
  }

  private boolean iterate(Cancellation cancellation, Iteration iteration) {
    try (BpfEngine.Use use = engine.use()) {
      if (!use.isGranted()) {
        return false;
      }
      cancellation.acquire(gate);
      try {
        engine.refresh();
        iteration.run();
        return true;
      } finally {
        gate.release();
      }
    } catch (BpfException e) {
      stopped = true;
      engine.procfs().warn("open files and mappings are read through /proc: " + e.getMessage());
      return false;
    }
  }

  private void walk(
      BpfProgram program,
      int @Nullable [] pids,
      HeldOrder order,
      Cancellation cancellation,
      Runnable consumer)
      throws BpfException {
    if (pids == null || pids.length > MAX_SINGLE_PROCESSES) {
      read(program, 0, cancellation, consumer);
    } else {
      for (int pid : pids) {
        if (!order.isInvisible(pid)) {
          read(program, pid, cancellation, consumer);
        }
      }
    }
    order.end();
  }

  /** Reads an iterator to its end, and calls the consumer after each block. */
  private void read(BpfProgram program, int pid, Cancellation cancellation, Runnable consumer)
      throws BpfException {
    int iterator = programs.iterator(program, pid);
    try {
      int result;
      do {
        cancellation.check();
        block.begin();
        result = Syscalls.read(iterator, output.address(), output.capacity());
        if (result != 0 && result != -Syscalls.EAGAIN) {
          throw new BpfException("the program " + program + " stopped: errno " + -result);
        }
        consumer.run();
      } while (result != 0);
    } finally {
      Syscalls.close(iterator);
    }
  }
}
