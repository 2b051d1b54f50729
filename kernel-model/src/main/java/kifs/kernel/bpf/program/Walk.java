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
import kifs.kernel.source.NoDescriptorsException;

/**
 * Runs {@link BpfProgram#WALK}, which the kernel calls for each task when the iterator's file is
 * read. The program writes its records into a slot, and a read never returns a byte. A read ends
 * with an error when the slot is full, and the next read continues there.
 *
 * <p>Thread-safe. One read runs at a time, because the slot's number is in memory that all walks
 * share. A read ends at the latest when the slot is full.
 */
public final class Walk implements Slot.Worker {
  private final BpfObject object;
  private final MappedMemory host;
  private final int link;
  private final boolean canWalkOne;
  private final NativeBuffer nothing = NativeBuffer.allocate(Long.BYTES);
  private final ReentrantLock lock = new ReentrantLock(true);

  /**
   * @param host the memory that the programs and the daemon share, see {@link HostLayout}
   * @throws BpfException if the iterator can't be attached
   */
  public Walk(BpfObject object, MappedMemory host) throws BpfException {
    this.object = object;
    this.host = host;
    link = object.iterator(BpfProgram.WALK);
    canWalkOne = host.buffer().getInt(HostLayout.ITERATES_ONE) != 0;
  }

  /**
   * Whether the kernel can visit one process without visiting all (Linux 6.1). If not, a pass over
   * one process takes as long as one over all.
   */
  public boolean canWalkOne() {
    return canWalkOne;
  }

  /**
   * Opens a walk over all tasks, for {@link #read}. The caller must close it by {@link
   * Syscalls#close}.
   *
   * @throws BpfStoppedException if the kernel doesn't run the program any more
   */
  public int open() {
    return opened(object.open(link));
  }

  /**
   * Opens a walk over one task or one process. A kernel before Linux 6.1 visits all tasks, and the
   * program skips the others. Up to Linux 6.11 the kernel finds a single task only if it is a main
   * thread.
   */
  private int open(int which, int id) {
    return object.openFor(BpfProgram.WALK, which, id);
  }

  private static int opened(int fd) {
    NoDescriptorsException.throwIf(Syscalls.isShortage(fd));
    if (fd < 0) {
      throw new BpfStoppedException(BpfProgram.WALK, fd);
    }
    return fd;
  }

  /**
   * Continues a walk until it ends or the slot is full.
   *
   * @return whether the walk has ended
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

  /**
   * Visits the ids of all processes, ascending.
   *
   * @param slot is used for the records meanwhile
   */
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
  public void work(Slot slot, int items) {
    for (int item = 0; item < items; item++) {
      slot.memory().putInt(RequestLayout.ITEM_COUNT, item + 1);
      if (!workOne(slot, item)) {
        slot.memory().putInt(RequestLayout.NEXT, item);
        return;
      }
    }
    slot.memory().putInt(RequestLayout.NEXT, items);
  }

  private boolean workOne(Slot slot, int item) {
    int at = SlotLayout.WORK + item * WorkItemLayout.BYTES;
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
