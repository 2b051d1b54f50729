package kifs.kernel.procfs.holdings;

import java.nio.ByteBuffer;
import java.util.Set;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what processes hold, in a faster way than reading /proc process by process.
 * Thread-safe. The calling thread calls the visitors.
 */
public interface HeldFacts {
  /** Used if there is no faster way. It finds nothing out. */
  HeldFacts NONE =
      new HeldFacts() {
        @Override
        public boolean files(int @Nullable [] pids, Files to, Cancellation cancellation) {
          return false;
        }

        @Override
        public boolean shm(
            int @Nullable [] pids, Set<Long> devices, Shm to, Cancellation cancellation) {
          return false;
        }
      };

  /**
   * Reports every open file, ordered by pid, tid and fd.
   *
   * @param pids the processes, ascending; null means all
   * @return false if the files can't be found out; what was reported is then of no use
   */
  boolean files(int @Nullable [] pids, Files to, Cancellation cancellation);

  /**
   * Reports every mapping and every open file that may be shared memory.
   *
   * @param pids the processes, ascending; null means all
   * @param devices the devices of shared memory as in {@code st_dev}
   * @return false if that can't be found out; what was reported is then of no use
   */
  boolean shm(int @Nullable [] pids, Set<Long> devices, Shm to, Cancellation cancellation);

  /** Receives processes that this source can't see. The caller reads them from /proc. */
  interface Hidden {
    void elsewhere(int pid);
  }

  /** Receives open files. */
  interface Files extends Hidden {
    /**
     * Receives consecutive TEXT records, to which the FD records that follow refer.
     *
     * @param bytes the length of all of them
     */
    void appendTexts(ByteBuffer from, int at, int bytes, int count);

    /**
     * Receives consecutive FD records. Their path offsets are offsets of TEXT records in the texts
     * received last.
     *
     * @param socketDevice the device on which every file is a socket; 0 if there is none
     */
    void fds(ByteBuffer from, int at, int count, long socketDevice);

    /**
     * Receives an fd that this source can't read. The caller reads it from /proc.
     *
     * @param tid the thread whose own file table has the fd; 0: the process's table has it
     */
    void elsewhere(int pid, int tid, int fd);
  }

  /**
   * A mapping that may be shared memory. A flyweight: one view may show one mapping after another.
   */
  interface MappingView {
    int pid();

    /** Address of the first byte. */
    long from();

    /** Address after the last byte. */
    long to();

    /** The device of the file as in {@code st_dev}. */
    long device();

    long inode();

    /** Whether it is a regular file of a tmpfs. */
    boolean isOfTmpfs();

    /** The inode number of the process's ipc namespace. */
    long ipcNamespace();

    /** The buffer that holds the path, one byte a char. */
    ByteBuffer text();

    /** Where in {@link #text} the path begins. */
    int path();

    int pathLength();
  }

  /** Receives what may be shared memory. Views and texts are valid only during the call. */
  interface Shm extends Hidden {
    void mapping(MappingView mapping);

    /**
     * Receives an open file.
     *
     * @param tid the thread whose own file table has the fd; 0: the process's table has it
     */
    void file(int pid, int tid, int fd, ByteBuffer text, int path, int pathLength);
  }
}
