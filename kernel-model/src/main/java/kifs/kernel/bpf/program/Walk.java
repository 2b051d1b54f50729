package kifs.kernel.bpf.program;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import kifs.kernel.bpf.layout.HostLayout;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.bpf.layout.WorkItemLayout;
import kifs.kernel.bpf.layout.WorkKind;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.record.ProcessRecord;

/**
 * Runs the program that is called for each task as an iterator's file is read; what it makes goes
 * into a slot, and a read never returns a byte. It ends with an error where the slot is full, and
 * the next one goes on there. One read at a time, since the slot's number is in memory that all
 * share; each is over after a slot's worth of tasks. Thread-safe.
 */
public final class Walk implements Slot.Worker {
  private final BpfObject object;
  private final MappedMemory host;
  private final int link;
  private final boolean canWalkOne;
  private final NativeBuffer nothing = NativeBuffer.allocate(Long.BYTES);
  private final ReentrantLock lock = new ReentrantLock(true);

  /**
   * @param host what programs and we tell each other about the host
   */
  public Walk(BpfObject object, MappedMemory host) throws BpfException {
    this.object = object;
    this.host = host;
    link = object.iterator(BpfProgram.WALK);
    canWalkOne = host.buffer().getInt(HostLayout.ITERATES_ONE) != 0;
  }

  /**
   * Whether the kernel visits one process without visiting all (Linux 6.1): else to look at one
   * takes as long as a whole pass.
   */
  public boolean canWalkOne() {
    return canWalkOne;
  }

  /** A walk over all tasks, to be read by {@link #read} and closed by {@link Syscalls#close}. */
  public int open() {
    return opened(object.open(link));
  }

  /**
   * A kernel that can't be told visits all; and those that can, up to Linux 6.11, find a single
   * task only if it is a process's first. The program leaves out what isn't meant.
   */
  private int open(int which, int id) {
    return object.openFor(BpfProgram.WALK, which, id);
  }

  private static int opened(int fd) {
    if (fd < 0) {
      throw new BpfStoppedException(BpfProgram.WALK, fd);
    }
    return fd;
  }

  /**
   * Goes on with a walk until it ends or the slot is full.
   *
   * @return whether it has ended
   * @throws BpfStoppedException if the kernel doesn't run the program any more
   */
  public boolean read(int walk, Slot slot) {
    int result;
    lock.lock();
    try {
      host.buffer().putInt(HostLayout.WALK_SLOT, slot.number());
      result = Syscalls.read(walk, nothing.address(), nothing.capacity());
    } finally {
      lock.unlock();
    }
    if (result < 0 && result != -Syscalls.EAGAIN) {
      throw new BpfStoppedException(BpfProgram.WALK, result);
    }
    return result == 0;
  }

  /** Visits the ids of all processes. */
  public void forEachPid(Slot slot, IntConsumer visitor) {
    int tasks = open();
    slot.requestFields(ProcessRecord.PID.bit(), 0, 0, 0);
    try {
      for (boolean ended = false; !ended; ) {
        slot.beginRun(0);
        ended = read(tasks, slot);
        for (int i = 0; i < slot.get(RequestLayout.PROCESSES); i++) {
          int record = SlotLayout.PROCESS + i * ProcessRecord.TYPE.size();
          visitor.accept(slot.get(record + ProcessRecord.PID.offset()));
        }
      }
    } finally {
      Syscalls.close(tasks);
    }
  }

  @Override
  public void work(Slot slot, int entries) {
    for (int entry = 0; entry < entries; entry++) {
      slot.memory().putInt(RequestLayout.ITEM_COUNT, entry + 1);
      if (!workOne(slot, entry)) {
        slot.memory().putInt(RequestLayout.NEXT, entry);
        return;
      }
    }
    slot.memory().putInt(RequestLayout.NEXT, entries);
  }

  private boolean workOne(Slot slot, int entry) {
    int at = SlotLayout.WORK + entry * WorkItemLayout.BYTES;
    int pid = slot.get(at + WorkItemLayout.PID);
    boolean thread = slot.get(at + WorkItemLayout.KIND) == WorkKind.ONE_THREAD.ordinal();
    int walk = open(thread ? BpfObject.PID : BpfObject.TID, pid);
    if (walk == -Syscalls.ESRCH || walk == -Syscalls.ENOENT) {
      return true;
    }
    try {
      return read(opened(walk), slot);
    } finally {
      Syscalls.close(walk);
    }
  }
}
