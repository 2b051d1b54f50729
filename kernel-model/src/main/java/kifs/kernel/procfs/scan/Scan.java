package kifs.kernel.procfs.scan;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;

/**
 * Reads files of /proc into buffers that it reuses, so that a read makes no garbage. Names are
 * relative to the directory of the last call of {@link #inDirectory}, {@link #inEntry} or {@link
 * #inTask}, so that all files read are of one process. Of the other methods only {@link
 * #existsUnder} changes that directory. Methods that return an int return a negative errno on
 * error. Not thread-safe: one thread acquires a scan from the {@link ScanPool} at a time.
 */
public final class Scan {
  private static final int INITIAL_CAPACITY = 32 * 1024;

  /** The maximum number of bytes of a file that are read. */
  public static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final NativeBuffer NO_PATH = NativeBuffer.string("");

  /** The text of the last file or link that was read. */
  public final ByteCursor cursor = new ByteCursor();

  public final SyscallFile syscall = new SyscallFile();
  public final IdList tids = new IdList();
  public final Mappings maps = new Mappings();

  private final ScanPaths paths = new ScanPaths();
  private final DirectoryEntries entries = new DirectoryEntries();
  private final NativeBuffer small = NativeBuffer.allocate(Statx.BYTES);
  private NativeBuffer data = NativeBuffer.allocate(INITIAL_CAPACITY);
  private byte[] text = new byte[INITIAL_CAPACITY];
  private int directory;
  private int task;
  private long total;

  /** Makes names relative to an open directory. */
  public void inDirectory(int dir) {
    directory = dir;
    task = 0;
    paths.inDirectory();
  }

  /** Makes names relative to {@code <id>/} in an open directory. */
  public void inEntry(int dir, int id) {
    directory = dir;
    task = 0;
    paths.inEntry(id);
  }

  /** Makes names relative to {@code task/<tid>/} in the open directory of a process. */
  public void inTask(int processDir, int tid) {
    directory = processDir;
    task = tid;
    paths.inTask(tid);
  }

  /**
   * The thread to whose directory names are relative, if the last of the calls above was {@link
   * #inTask}.
   *
   * @param otherwise the result if it was another one
   */
  public int taskOr(int otherwise) {
    return task == 0 ? otherwise : task;
  }

  /** Opens a file for reading. Returns the fd, which the caller closes, or a negative errno. */
  public int open(FileName name) {
    return Syscalls.openat(directory, paths.of(name), Syscalls.O_RDONLY);
  }

  /**
   * Opens a directory for listing. Returns the fd, which the caller closes, or a negative errno.
   */
  public int openDirectory(FileName name) {
    return Syscalls.openat(directory, paths.of(name), Syscalls.O_RDONLY | Syscalls.O_DIRECTORY);
  }

  /**
   * Opens the directory {@code <id>} in a directory by O_PATH, which binds to its process. Returns
   * the fd, which the caller closes, or a negative errno.
   */
  public int bind(int dir, int id) {
    return Syscalls.openat(dir, paths.entry(id), Syscalls.O_PATH | Syscalls.O_DIRECTORY);
  }

  /** Opens the directory {@code task/<tid>} of a process by O_PATH, see {@link #bind}. */
  public int bindTask(int processDir, int tid) {
    return Syscalls.openat(processDir, paths.task(tid), Syscalls.O_PATH | Syscalls.O_DIRECTORY);
  }

  /**
   * Reads a file that the kernel returns in one read. Most files about one process or thread are
   * so; {@link #loadWhole} reads the others.
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
   * @param maxBytes how many bytes to read at most, up to 16 MiB
   * @return its length, and the {@link #cursor} at its beginning; or a negative errno
   */
  public int loadUpTo(FileName name, int maxBytes) {
    int fd = open(name);
    if (fd < 0) {
      return fd;
    }
    int length = loadFrom(fd, maxBytes);
    Syscalls.close(fd);
    return length;
  }

  /**
   * Reads the beginning of a file, as {@link #loadUpTo}, and counts the bytes of the rest, which
   * {@link #total} then includes.
   */
  public int loadAndCount(FileName name, int maxBytes) {
    int fd = open(name);
    if (fd < 0) {
      return fd;
    }
    int length = loadFrom(fd, maxBytes);
    total = Math.max(length, 0);
    if (length == maxBytes) {
      NativeBuffer rest = NativeBuffer.allocate(INITIAL_CAPACITY);
      int more = 1;
      while (more > 0 && total < MAX_BYTES) {
        more = Syscalls.read(fd, rest.address(), rest.capacity());
        total += Math.max(more, 0);
      }
    }
    Syscalls.close(fd);
    return length;
  }

  /** The bytes of the whole file of the last {@link #loadAndCount}. */
  public long total() {
    return total;
  }

  private int loadFrom(int fd, int maxBytes) {
    int length = 0;
    int more = 1;
    while (more > 0 && length < maxBytes) {
      if (length == data.capacity() && !grow()) {
        break;
      }
      int space = Math.min(data.capacity(), maxBytes) - length;
      more = Syscalls.read(fd, data.address() + length, space);
      length += Math.max(more, 0);
    }
    return loaded(more < 0 && length == 0 ? more : length);
  }

  /** Reads a file to its end by several reads, see {@link #loadUpTo}. */
  public int loadWhole(FileName name) {
    return loadUpTo(name, MAX_BYTES);
  }

  /** The bytes of the last file loaded. */
  public ByteBuffer bytes() {
    return data.buffer();
  }

  /**
   * Reads bytes at an offset of an open file into {@link #small}. Returns how many, or a negative
   * errno.
   */
  public int peek(int fd, long address, int length) {
    return Syscalls.pread(fd, small.address(), length, address);
  }

  /** The buffer that {@link #peek}, {@link #prlimit} and the statx methods fill. */
  public ByteBuffer small() {
    return small.buffer();
  }

  /** Reads the target of a symbolic link into the {@link #cursor}. */
  public int readLink(FileName name) {
    return loaded(Syscalls.readlinkat(directory, paths.of(name), data.address(), data.capacity()));
  }

  /** The inode number in a link like {@code net:[4026531840]}; a negative errno on error. */
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
   * Fills {@link #small} with a struct statx of the entry {@code <id>} of a directory. The kernel
   * answers from its memory, without asking a server.
   */
  public int statxEntry(int dir, int id, int want) {
    return Syscalls.statx(dir, paths.entry(id), Statx.AT_STATX_DONT_SYNC, want, small.address());
  }

  /** Reads the target of the symbolic link {@code <id>} in a directory into the {@link #cursor}. */
  public int readLinkEntry(int dir, int id) {
    return loaded(Syscalls.readlinkat(dir, paths.entry(id), data.address(), data.capacity()));
  }

  /** Reads the file {@code <id>} in a directory, which the kernel returns in one read. */
  public int loadEntry(int dir, int id) {
    int fd = Syscalls.openat(dir, paths.entry(id), Syscalls.O_RDONLY);
    if (fd < 0) {
      return fd;
    }
    int length = Syscalls.read(fd, data.address(), data.capacity());
    Syscalls.close(fd);
    return loaded(length);
  }

  /** Whether a file exists. */
  public boolean exists(FileName name) {
    return statx(name, 0) >= 0;
  }

  /**
   * Whether the process still exists to which an open directory is bound. Makes names relative to
   * that directory, as {@link #inDirectory} does.
   */
  public boolean existsUnder(int dir) {
    inDirectory(dir);
    return exists(FileName.STAT);
  }

  /** Whether a thread is of the same process as the thread to which names are relative. */
  public boolean hasSibling(int tid) {
    return Syscalls.statx(directory, paths.sibling(tid), 0, 0, small.address()) >= 0;
  }

  /** Whether a directory has the entry {@code <id>}. A link is not followed. */
  public boolean existsIn(int dir, int id) {
    return Syscalls.statx(dir, paths.entry(id), Statx.AT_SYMLINK_NOFOLLOW, 0, small.address()) >= 0;
  }

  /**
   * Opens the directory {@code path} below {@code mount} for listing. Returns the fd, which the
   * caller closes, or a negative errno.
   */
  public int openBelow(byte[] mount, byte[] path) {
    long address = paths.below(mount, path);
    return address == 0
        ? -Syscalls.ENAMETOOLONG
        : Syscalls.openat(Syscalls.AT_FDCWD, address, Syscalls.O_RDONLY | Syscalls.O_DIRECTORY);
  }

  /** Visits the names of the directories in an open directory, in no order. */
  public void subdirectories(int fd, Consumer<byte[]> visitor) {
    entries.of(fd);
    while (entries.next()) {
      if (entries.type() == DirectoryEntries.DIRECTORY) {
        byte[] name = entries.name();
        boolean isDots = name[0] == '.' && (name.length == 1 || name.length == 2 && name[1] == '.');
        if (!isDots) {
          visitor.accept(name);
        }
      }
    }
  }

  /** Inode number of the file {@code path} below {@code mount}; a negative errno on error. */
  public long inode(byte[] mount, byte[] path) {
    long address = paths.below(mount, path);
    if (address == 0) {
      return -Syscalls.ENOENT;
    }
    int result = Syscalls.statx(Syscalls.AT_FDCWD, address, 0, Statx.WANT_INODE, small.address());
    return result < 0 ? result : small.buffer().getLong(Statx.INODE);
  }

  /** Fills {@link #small} with the soft and the hard limit of a process, each a u64. */
  public int prlimit(int pid, int resource) {
    return Syscalls.prlimit(pid, resource, small.address());
  }

  /** CPU time of a process, ns; a negative errno if no process has the id. */
  public long processTime(int pid) {
    int result = Syscalls.clockGettime(Syscalls.processClock(pid), small.address());
    return result < 0
        ? result
        : small.buffer().getLong(0) * 1_000_000_000L + small.buffer().getLong(8);
  }

  /**
   * Opens the directory {@code fd} of a process and lists it. If the main thread has ended while
   * others live, it is that of a living thread, to which names are relative then.
   *
   * @param dir the open directory of the process
   * @return the fd of the directory, which the caller closes, or a negative errno
   */
  public int openFds(int dir, IdList into) {
    inDirectory(dir);
    int fds = openDirectory(FileName.FD);
    int result = listed(fds, into);
    if (result >= 0 && into.size() == 0 && LivingThread.enter(this, dir)) {
      Syscalls.close(fds);
      fds = openDirectory(FileName.FD);
      result = listed(fds, into);
    }
    return result;
  }

  /** Lists a directory that was just opened. Returns its fd, or a negative errno and closes it. */
  private int listed(int fd, IdList into) {
    int result = fd < 0 ? fd : numbers(fd, into);
    if (fd >= 0 && result < 0) {
      Syscalls.close(fd);
    }
    return result < 0 ? result : fd;
  }

  /**
   * Opens the directory {@code fd} of a process in which an fd is open, as {@link #openFds} does.
   *
   * @param dir the open directory of the process
   * @return the fd of the directory, which the caller closes, or a negative errno; the directory
   *     need not have that fd
   */
  public int openFdsWith(int dir, int fd) {
    inDirectory(dir);
    int fds = openDirectory(FileName.FD);
    if (fds >= 0 && !existsIn(fds, fd) && LivingThread.enter(this, dir)) {
      Syscalls.close(fds);
      fds = openDirectory(FileName.FD);
    }
    return fds;
  }

  /**
   * Reads the beginning of a file about the memory of a process, see {@link #loadAndCount}. If the
   * main thread has ended while others live, it is that of a living thread, to which names are
   * relative then.
   *
   * @param dir the open directory of the process
   */
  public int loadOfMemory(FileName name, int dir, int maxBytes) {
    inDirectory(dir);
    int length = loadAndCount(name, maxBytes);
    return length == 0 && LivingThread.enter(this, dir) ? loadAndCount(name, maxBytes) : length;
  }

  /**
   * Lists the names in an open directory that are numbers, ascending.
   *
   * @return 0, or a negative errno if the directory couldn't be read to its end
   */
  public int numbers(int fd, IdList into) {
    int result = list(fd, into);
    into.sort();
    return result;
  }

  /** Lists as {@link #numbers} does, but in the order of the directory. */
  int list(int fd, IdList into) {
    into.clear();
    entries.of(fd);
    while (entries.next()) {
      int id = entries.number();
      if (id >= 0) {
        into.add(id);
      }
    }
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
    if (data.capacity() >= MAX_BYTES) {
      return false;
    }
    NativeBuffer larger = NativeBuffer.allocate(data.capacity() * 2);
    larger.buffer().put(0, data.buffer(), 0, data.capacity());
    data = larger;
    return true;
  }
}
