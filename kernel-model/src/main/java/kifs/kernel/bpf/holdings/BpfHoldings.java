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

/**
 * What processes hold, by iterators over open files and mappings; processes that the kernel hides
 * from programs are left to /proc. One look at a time, others wait. Thread-safe.
 */
public final class BpfHoldings implements HeldFacts {
  /** So many processes are looked at one by one; of more, all are, and the others passed over. */
  private static final int FEW = 256;

  private static final int OUTPUT_BYTES = 64;

  private final BpfEngine engine;
  private final Programs programs;
  private final HeldBlock block;
  private final Semaphore turn = new Semaphore(1, true);
  private final NativeBuffer output = NativeBuffer.allocate(OUTPUT_BYTES);
  private volatile boolean stopped;

  public BpfHoldings(BpfEngine engine, Programs programs) throws BpfException {
    this.engine = engine;
    this.programs = programs;
    block = new HeldBlock(programs.held().buffer());
  }

  @Override
  public boolean files(int[] pids, Files to, Cancellation cancellation) {
    if (!canLook(pids) || !programs.runs(BpfProgram.FILES)) {
      return false;
    }
    return take(
        cancellation,
        () -> {
          HeldOrder order = new HeldOrder(pids, engine.invisible().pids(), to);
          block.requestFields(false, Set.of());
          walk(BpfProgram.FILES, pids, order, cancellation, () -> block.files(order, to));
        });
  }

  @Override
  public boolean shm(int[] pids, Set<Long> devices, Shm to, Cancellation cancellation) {
    if (!canLook(pids)
        || devices.size() > Capacity.MAX_DEVICES.count()
        || !programs.runs(BpfProgram.FILES)
        || !programs.runs(BpfProgram.MAPPINGS)) {
      return false;
    }
    return take(
        cancellation,
        () -> {
          block.requestFields(true, devices);
          HeldOrder order = new HeldOrder(pids, engine.invisible().pids(), to);
          walk(BpfProgram.MAPPINGS, pids, order, cancellation, () -> block.mappings(order, to));
          if (pids == null) {
            // Hidden ones have been told of.
            HeldOrder known = new HeldOrder(null, new int[0], to);
            walk(BpfProgram.FILES, null, known, cancellation, () -> block.shmFiles(known, to));
          }
        });
  }

  /** Where iterators are always of everything, a look at one process is cheaper by /proc. */
  private boolean canLook(int[] pids) {
    boolean few = pids != null && pids.length <= FEW;
    return !stopped && !engine.isStopped() && (!few || programs.canIterateOne());
  }

  private interface Look {
    void run() throws BpfException;
  }

  private boolean take(Cancellation cancellation, Look look) {
    try (BpfEngine.Use use = engine.use()) {
      if (!use.isGranted()) {
        return false;
      }
      cancellation.acquire(turn);
      try {
        engine.refresh();
        look.run();
        return true;
      } finally {
        turn.release();
      }
    } catch (BpfException e) {
      stopped = true;
      engine.procfs().warn("open files and mappings are read through /proc: " + e.getMessage());
      return false;
    }
  }

  private void walk(
      BpfProgram program, int[] pids, HeldOrder order, Cancellation cancellation, Runnable block)
      throws BpfException {
    if (pids == null || pids.length > FEW) {
      read(program, 0, cancellation, block);
    } else {
      for (int pid : pids) {
        if (!order.isInvisible(pid)) {
          read(program, pid, cancellation, block);
        }
      }
    }
    order.end();
  }

  /** Reads an iterator to its end, block by block. */
  private void read(BpfProgram program, int tid, Cancellation cancellation, Runnable taker)
      throws BpfException {
    int iterator = programs.iterator(program, tid);
    try {
      int result;
      do {
        cancellation.check();
        block.begin();
        result = Syscalls.read(iterator, output.address(), output.capacity());
        if (result != 0 && result != -Syscalls.EAGAIN) {
          throw new BpfException("the program " + program + " stopped: errno " + -result);
        }
        taker.run();
      } while (result != 0);
    } finally {
      Syscalls.close(iterator);
    }
  }
}
