package kifs.kernel.procfs.scan;

import java.nio.ByteBuffer;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;

/**
 * Reads files of /proc without making garbage, by buffers that it keeps. Names are relative to what
 * {@link #inDirectory}, {@link #inEntry} or {@link #inTask} was called with last, so that all files
 * read are of one process; only {@link #existsUnder} changes that, too. Not thread-safe; one pass
 * or one look has it at a time.
 */
public final class Scan {
  private static final int FIRST_CAPACITY = 32 * 1024;
  private static final int MOST_CAPACITY = 16 * 1024 * 1024;
  private static final NativeBuffer NO_PATH = NativeBuffer.string("");

  /** Of the last file loaded. */
  public final ByteCursor cursor = new ByteCursor();

  public final SyscallFile syscall = new SyscallFile();
  public final IdList tids = new IdList();
  public final Mappings maps = new Mappings();

  private final ScanPaths paths = new ScanPaths();
  private final DirectoryEntries entries = new DirectoryEntries();
  private final NativeBuffer small = NativeBuffer.allocate(Statx.BYTES);
  private NativeBuffer data = NativeBuffer.allocate(FIRST_CAPACITY);
  private byte[] text = new byte[FIRST_CAPACITY];
  private int directory;

  /** Names are relative to that directory from now on. */
  public void inDirectory(int dir) {
    directory = dir;
    paths.inDirectory();
  }

  /** Names are relative to {@code <id>/} in that directory from now on. */
  public void inEntry(int dir, int id) {
    directory = dir;
    paths.inEntry(id);
  }

  /** Names are relative to {@code task/<tid>/} in that directory of a process from now on. */
  public void inTask(int processDir, int tid) {
    directory = processDir;
    paths.inTask(tid);
  }

  /** Opens for reading; a negative errno if that can't be. */
  public int open(FileName name) {
    return Syscalls.openat(directory, paths.of(name), Syscalls.O_RDONLY);
  }

  public int openDirectory(FileName name) {
    return Syscalls.openat(directory, paths.of(name), Syscalls.O_RDONLY | Syscalls.O_DIRECTORY);
  }

  /** Binds to the directory {@code <id>} in that directory, without opening what is in it. */
  public int bind(int dir, int id) {
    return Syscalls.openat(dir, paths.entry(id), Syscalls.O_PATH | Syscalls.O_DIRECTORY);
  }

  /** Binds to the directory {@code task/<tid>} of a process. */
  public int bindTask(int processDir, int tid) {
    return Syscalls.openat(processDir, paths.task(tid), Syscalls.O_PATH | Syscalls.O_DIRECTORY);
  }

  /**
   * Reads a file that the kernel gives in one read: all those about one process or thread.
   *
   * @return its length, and the {@link #cursor} at its beginning; or a negative errno
   */
  public int load(FileName name) {
    int fd = open(name);
    if (fd < 0) {
      return fd;
    }
    int length = Syscalls.read(fd, data.address(), data.capacity());
    Syscalls.close(fd);
    return loaded(length);
  }

  /**
   * Reads the beginning of a file.
   *
   * @param most bytes; 16 MiB are read at the most whatever is asked for
   * @return its length, and the {@link #cursor} at its beginning; or a negative errno
   */
  public int loadUpTo(FileName name, int most) {
    int fd = open(name);
    if (fd < 0) {
      return fd;
    }
    int length = 0;
    int more = 1;
    while (more > 0 && length < most) {
      if (length == data.capacity() && !grow()) {
        break;
      }
      int room = Math.min(data.capacity(), most) - length;
      more = Syscalls.read(fd, data.address() + length, room);
      length += Math.max(more, 0);
    }
    Syscalls.close(fd);
    return loaded(more < 0 && length == 0 ? more : length);
  }

  /** Reads a file that the kernel gives in several reads to its end, see {@link #loadUpTo}. */
  public int loadWhole(FileName name) {
    return loadUpTo(name, MOST_CAPACITY);
  }

  /** The bytes of the last file loaded. */
  public ByteBuffer bytes() {
    return data.buffer();
  }

  /** Bytes of an open file at that address of it; what is not there reads as a negative errno. */
  public int peek(int fd, long address, int length) {
    return Syscalls.pread(fd, small.address(), length, address);
  }

  /** What the last call that fills a small buffer put there. */
  public ByteBuffer small() {
    return small.buffer();
  }

  /** Reads a symbolic link into the {@link #cursor}. */
  public int readLink(FileName name) {
    return loaded(Syscalls.readlinkat(directory, paths.of(name), data.address(), data.capacity()));
  }

  /** The number that a link like {@code net:[4026531840]} tells; a negative errno. */
  public long namespace(FileName name) {
    int length = readLink(name);
    if (length < 0) {
      return length;
    }
    int bracket = cursor.indexOf('[');
    cursor.position(bracket + 1);
    return bracket >= 0 && cursor.number(']') ? cursor.value() : -Syscalls.ENOENT;
  }

  /** Fills {@link #small} with a struct statx. */
  public int statx(FileName name, int want) {
    return Syscalls.statx(directory, paths.of(name), 0, want, small.address());
  }

  /** Fills {@link #small} with a struct statx of an open file. */
  public int statxOpen(int fd, int want) {
    return Syscalls.statx(fd, NO_PATH.address(), Statx.AT_EMPTY_PATH, want, small.address());
  }

  /**
   * Fills {@link #small} with a struct statx of the entry of that number, from the kernel's memory.
   */
  public int statxEntry(int dir, int id, int want) {
    return Syscalls.statx(dir, paths.entry(id), Statx.AT_STATX_DONT_SYNC, want, small.address());
  }

  /** Reads the symbolic link of that number into the {@link #cursor}. */
  public int readLinkEntry(int dir, int id) {
    return loaded(Syscalls.readlinkat(dir, paths.entry(id), data.address(), data.capacity()));
  }

  /** Reads the file of that number, which the kernel gives in one read. */
  public int loadEntry(int dir, int id) {
    int fd = Syscalls.openat(dir, paths.entry(id), Syscalls.O_RDONLY);
    if (fd < 0) {
      return fd;
    }
    int length = Syscalls.read(fd, data.address(), data.capacity());
    Syscalls.close(fd);
    return loaded(length);
  }

  public boolean exists(FileName name) {
    return statx(name, 0) >= 0;
  }

  /** Whether the process bound by that directory is there. Calls {@link #inDirectory} with it. */
  public boolean existsUnder(int dir) {
    inDirectory(dir);
    return exists(FileName.STAT);
  }

  /** Whether the process has that other thread, too, while names are relative to one of its. */
  public boolean hasSibling(int tid) {
    return Syscalls.statx(directory, paths.sibling(tid), 0, 0, small.address()) >= 0;
  }

  /** Whether that directory has an entry of that number; a link is not followed. */
  public boolean existsIn(int dir, int id) {
    return Syscalls.statx(dir, paths.entry(id), Statx.AT_SYMLINK_NOFOLLOW, 0, small.address()) >= 0;
  }

  /** Inode number of {@code path} below {@code mount}; a negative errno if it can't be had. */
  public long inode(byte[] mount, byte[] path) {
    long address = paths.below(mount, path);
    if (address == 0) {
      return -Syscalls.ENOENT;
    }
    int result = Syscalls.statx(Syscalls.AT_FDCWD, address, 0, Statx.WANT_INODE, small.address());
    return result < 0 ? result : small.buffer().getLong(Statx.INODE);
  }

  /** Two u64. */
  public int prlimit(int pid, int resource) {
    return Syscalls.prlimit(pid, resource, small.address());
  }

  /** CPU time of a process, ns; negative if that id is no process's. */
  public long processTime(int pid) {
    int result = Syscalls.clockGettime(Syscalls.processClock(pid), small.address());
    return result < 0
        ? result
        : small.buffer().getLong(0) * 1_000_000_000L + small.buffer().getLong(8);
  }

  /**
   * Lists the names in an open directory that are numbers, ascending.
   *
   * @return 0, or a negative errno if it couldn't be read to its end
   */
  public int numbers(int fd, IdList into) {
    into.clear();
    entries.of(fd);
    while (entries.next()) {
      int id = entries.number();
      if (id >= 0) {
        into.add(id);
      }
    }
    into.sort();
    return entries.error();
  }

  private int loaded(int length) {
    int size = Math.max(length, 0);
    if (text.length < size) {
      text = new byte[data.capacity()];
    }
    data.buffer().get(0, text, 0, size);
    cursor.over(text, size);
    return length;
  }

  private boolean grow() {
    if (data.capacity() >= MOST_CAPACITY) {
      return false;
    }
    NativeBuffer larger = NativeBuffer.allocate(data.capacity() * 2);
    larger.buffer().put(0, data.buffer(), 0, data.capacity());
    data = larger;
    return true;
  }
}
