package kifs.kernel.bpf.holdings;

import java.nio.ByteBuffer;
import java.util.Set;
import kifs.kernel.bpf.layout.HeldLayout;
import kifs.kernel.bpf.layout.MappingLayout;
import kifs.kernel.procfs.holdings.HeldFacts;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.RecordType;

/**
 * The memory into which the iterators over open files and mappings write, one block of records at a
 * time. Not thread-safe.
 */
final class HeldBlock {
  private static final int FD_BYTES = FdRecord.TYPE.size();
  private static final int TEXT_HEADER = 8;

  private final ByteBuffer memory;
  private final Mapping mapping = new Mapping();
  private long blocks;
  private long walks;

  HeldBlock(ByteBuffer memory) {
    this.memory = memory;
  }

  /**
   * Writes a request. Must be called before an iterator is read for the first time.
   *
   * @param shm whether to report only files that may be shared memory
   * @param devices the filesystems that can hold shared memory, as {@code st_dev}
   */
  void request(boolean shm, Set<Long> devices) {
    memory.putInt(HeldLayout.ONLY_SHM, shm ? 1 : 0);
    memory.putInt(HeldLayout.DEVICE_COUNT, devices.size());
    int at = HeldLayout.DEVICE;
    for (long device : devices) {
      memory.putLong(at, device);
      at += Long.BYTES;
    }
    // The last request ended with some thread. The kernel may have used its id again since.
    memory.putInt(HeldLayout.TASK, 0);
    memory.putLong(HeldLayout.WALK, ++walks);
    memory.putLong(HeldLayout.INTERRUPTED, 0);
  }

  /** Begins a new block. Must be called before every read of an iterator. */
  void begin() {
    memory.putLong(HeldLayout.BLOCK, ++blocks);
    memory.putInt(HeldLayout.COUNT, 0);
    memory.putInt(HeldLayout.TEXT_BYTES, 0);
    memory.putInt(HeldLayout.TEXT_COUNT, 0);
  }

  private int count() {
    return memory.getInt(HeldLayout.COUNT);
  }

  /** Reports all files of this block. Files that lie together are reported by one call. */
  void files(HeldOrder order, HeldFacts.Files to) {
    to.appendTexts(
        memory,
        HeldLayout.TEXT,
        memory.getInt(HeldLayout.TEXT_BYTES),
        memory.getInt(HeldLayout.TEXT_COUNT));
    int from = 0;
    int count = count();
    for (int i = 0; i < count; i++) {
      int at = HeldLayout.FD + i * FD_BYTES;
      int pid = memory.getInt(at + FdRecord.PID.offset());
      if (order.isInterrupted(pid)) {
        report(from, i, to);
        from = i;
        order.reportUntil(pid);
      }
      boolean admitted = order.admits(pid);
      long absent = memory.getLong(at + RecordType.ABSENT_OFFSET);
      if (!admitted || (absent & FdRecord.INODE.bit()) != 0) {
        report(from, i, to);
        from = i + 1;
        if (admitted) {
          to.elsewhere(pid, tid(at), memory.getInt(at + FdRecord.FD.offset()));
        }
      }
    }
    report(from, count, to);
  }

  /** The thread whose own file table has an fd; 0: the process's table has it. */
  private int tid(int at) {
    return memory.getInt(at + FdRecord.TID.offset());
  }

  private void report(int from, int end, HeldFacts.Files to) {
    if (from < end) {
      int at = HeldLayout.FD + from * FD_BYTES;
      to.fds(memory, at, end - from, memory.getLong(HeldLayout.SOCKET_DEVICE));
    }
  }

  /** Reports the files of this block, all of which may be shared memory. */
  void shmFiles(HeldOrder order, HeldFacts.Shm to) {
    for (int i = 0; i < count(); i++) {
      int at = HeldLayout.FD + i * FD_BYTES;
      int pid = memory.getInt(at + FdRecord.PID.offset());
      if (order.admits(pid)) {
        to.file(
            pid,
            tid(at),
            memory.getInt(at + FdRecord.FD.offset()),
            memory,
            textOffset(memory.getInt(at + FdRecord.PATH_OFFSET.offset())),
            memory.getInt(at + FdRecord.PATH_LENGTH.offset()));
      }
    }
  }

  /**
   * Reports the mappings of this block, all of which may be of shared memory. A process whose
   * memory is locked must be read elsewhere; a mapping without a path stands for it.
   */
  void mappings(HeldOrder order, HeldFacts.Shm to) {
    for (int i = 0; i < count(); i++) {
      int at = HeldLayout.MAPPING + i * MappingLayout.BYTES;
      int pid = memory.getInt(at + MappingLayout.PID);
      order.reportUntil(pid);
      if (order.admits(pid)) {
        mapping.at = at;
        if (mapping.pathLength() == 0) {
          order.report(pid);
        } else {
          to.mapping(mapping);
        }
      }
    }
  }

  /** A view of one mapping of the block. */
  private final class Mapping implements HeldFacts.MappingView {
    private int at;

    @Override
    public int pid() {
      return memory.getInt(at + MappingLayout.PID);
    }

    @Override
    public long from() {
      return memory.getLong(at + MappingLayout.START);
    }

    @Override
    public long to() {
      return memory.getLong(at + MappingLayout.END);
    }

    @Override
    public long device() {
      return memory.getLong(at + MappingLayout.DEVICE);
    }

    @Override
    public long inode() {
      return memory.getLong(at + MappingLayout.INODE);
    }

    @Override
    public boolean isOfTmpfs() {
      return memory.getInt(at + MappingLayout.TMPFS) != 0;
    }

    @Override
    public long ipcNamespace() {
      return memory.getInt(at + MappingLayout.IPC_NAMESPACE) & 0xFFFF_FFFFL;
    }

    @Override
    public ByteBuffer text() {
      return memory;
    }

    @Override
    public int path() {
      return HeldBlock.textOffset(memory.getInt(at + MappingLayout.PATH_OFFSET));
    }

    @Override
    public int pathLength() {
      return memory.getInt(at + MappingLayout.PATH_LENGTH);
    }
  }

  private static int textOffset(int offset) {
    return HeldLayout.TEXT + offset + TEXT_HEADER;
  }
}
