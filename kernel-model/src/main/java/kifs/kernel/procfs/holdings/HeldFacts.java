package kifs.kernel.procfs.holdings;

import java.nio.ByteBuffer;
import java.util.Set;
import kifs.kernel.source.Cancellation;

/**
 * Tells what processes hold, for whoever can do it faster than by reading /proc process by process.
 * Thread-safe; the visitors are called by the calling thread.
 */
public interface HeldFacts {
  /** Nobody can. */
  HeldFacts NONE =
      new HeldFacts() {
        @Override
        public boolean files(int[] pids, Files to, Cancellation cancellation) {
          return false;
        }

        @Override
        public boolean shm(int[] pids, Set<Long> devices, Shm to, Cancellation cancellation) {
          return false;
        }
      };

  /**
   * Every open file, in (pid, fd) order.
   *
   * @param pids of these processes, ascending; null: of all
   * @return false if that can't be told: then whatever was told is of no use
   */
  boolean files(int[] pids, Files to, Cancellation cancellation);

  /**
   * Every mapping that may be of shared memory, and every open file that may be, as far as they are
   * asked for.
   *
   * @param pids mappings of these processes, ascending; null: of all, and their files too
   * @param devices of shared memory, as st_dev
   * @return false if that can't be told: then whatever was told is of no use
   */
  boolean shm(int[] pids, Set<Long> devices, Shm to, Cancellation cancellation);

  /** Told of processes that only /proc tells of. */
  interface Hidden {
    void elsewhere(int pid);
  }

  /** Told of open files. */
  interface Files extends Hidden {
    /**
     * TEXT records, one behind the other, that the next records refer to.
     *
     * @param bytes of all of them
     */
    void texts(ByteBuffer from, int at, int bytes, int count);

    /**
     * FD records, one behind the other, whose paths lie in the texts told last, by the offset of
     * their TEXT.
     *
     * @param socketDevice what is on that device is a socket; 0: there is none
     */
    void fds(ByteBuffer from, int at, int count, long socketDevice);

    /** An fd that only /proc tells of. */
    void elsewhere(int pid, int fd);
  }

  /** A mapping that may be of shared memory; one object may show one mapping after another. */
  interface MappingView {
    int pid();

    /** Address of the first byte. */
    long from();

    /** Address behind the last byte. */
    long to();

    /** As st_dev. */
    long device();

    long inode();

    /** The inode number of the process's ipc namespace. */
    long ipcNamespace();

    /** Holds the path, one byte a char. */
    ByteBuffer text();

    /** Where in {@link #text} the path begins. */
    int path();

    int pathLength();
  }

  /** Told of what may be shared memory; views and texts are valid only during the call. */
  interface Shm extends Hidden {
    void mapping(MappingView mapping);

    /** An open file. */
    void file(int pid, int fd, ByteBuffer text, int path, int pathLength);
  }
}
