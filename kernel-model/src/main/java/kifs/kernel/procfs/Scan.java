package kifs.kernel.procfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;

/**
 * What it takes to read files of /proc without making garbage: buffers, a path, a cursor. All files
 * are named relative to a directory that {@link #at} sets, so that they are of one process. Not
 * thread-safe; one pass or one look has it at a time.
 */
final class Scan {
  private static final int FIRST_CAPACITY = 32 * 1024;
  private static final int MOST_CAPACITY = 16 * 1024 * 1024;
  private static final int PATH_BYTES = 4096;
  private static final int LIST_BYTES = 32 * 1024;

  private static final int DIRENT_LENGTH = 16;
  private static final int DIRENT_NAME = 19;
  private static final byte[] TASK_SLASH = "task/".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};
  private static final byte[] UP = "../".getBytes(StandardCharsets.US_ASCII);

  /** Of the last file loaded. */
  final ByteCursor cursor = new ByteCursor();

  final SyscallFile syscall = new SyscallFile();
  final Ids tids = new Ids();
  final Mappings maps = new Mappings();

  private final NativeBuffer path = NativeBuffer.allocate(PATH_BYTES);
  private final NativeBuffer list = NativeBuffer.allocate(LIST_BYTES);
  private final NativeBuffer small = NativeBuffer.allocate(Statx.BYTES);
  private NativeBuffer data = NativeBuffer.allocate(FIRST_CAPACITY);
  private byte[] text = new byte[FIRST_CAPACITY];
  private int directory;
  private int prefix;

  /** Names are relative to that directory from now on. */
  void at(int dir) {
    directory = dir;
    prefix = 0;
  }

  /** Names are relative to {@code <id>/} in that directory. */
  void at(int dir, int id) {
    directory = dir;
    prefix = putNumber(0, id);
    path.buffer().put(prefix++, (byte) '/');
  }

  /** Names are relative to {@code task/<tid>/} in that directory of a process. */
  void atTask(int processDir, int tid) {
    directory = processDir;
    path.buffer().put(0, TASK_SLASH);
    prefix = putNumber(TASK_SLASH.length, tid);
    path.buffer().put(prefix++, (byte) '/');
  }

  /** Opens for reading; a negative errno if that can't be. */
  int open(Name name) {
    return LibC.openat(directory, address(name), LibC.O_RDONLY);
  }

  int openDirectory(Name name) {
    return LibC.openat(directory, address(name), LibC.O_RDONLY | LibC.O_DIRECTORY);
  }

  /** Binds to the directory {@code <id>} in that directory, without opening what is in it. */
  int bind(int dir, int id) {
    path.buffer().put(putNumber(0, id), (byte) 0);
    return LibC.openat(dir, path.address(), LibC.O_PATH | LibC.O_DIRECTORY);
  }

  /** Binds to the directory {@code task/<tid>} of a process. */
  int bindTask(int processDir, int tid) {
    path.buffer().put(0, TASK_SLASH);
    path.buffer().put(putNumber(TASK_SLASH.length, tid), (byte) 0);
    return LibC.openat(processDir, path.address(), LibC.O_PATH | LibC.O_DIRECTORY);
  }

  /**
   * Reads a file that the kernel gives in one read: all those about one process or thread.
   *
   * @return its length, and the {@link #cursor} at its beginning; or a negative errno
   */
  int load(Name name) {
    int fd = open(name);
    if (fd < 0) {
      return fd;
    }
    int length = LibC.read(fd, data.address(), data.capacity());
    LibC.close(fd);
    return loaded(length);
  }

  /** Reads a file to its end, or to {@code most} bytes of it. */
  int loadWhole(Name name, int most) {
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
      more = LibC.read(fd, data.address() + length, room);
      length += Math.max(more, 0);
    }
    LibC.close(fd);
    return loaded(more < 0 && length == 0 ? more : length);
  }

  int loadWhole(Name name) {
    return loadWhole(name, MOST_CAPACITY);
  }

  /** The bytes of the last file loaded. */
  ByteBuffer bytes() {
    return data.buffer();
  }

  /** Bytes of an open file at that address of it; what is not there reads as a negative errno. */
  int peek(int fd, long address, int length) {
    return LibC.pread(fd, small.address(), length, address);
  }

  /** What the last call that fills a small buffer put there. */
  ByteBuffer small() {
    return small.buffer();
  }

  /** Reads a symbolic link into the {@link #cursor}. */
  int readLink(Name name) {
    return loaded(LibC.readlinkat(directory, address(name), data.address(), data.capacity()));
  }

  /** The number that a link like {@code net:[4026531840]} tells; a negative errno. */
  long namespace(Name name) {
    int length = readLink(name);
    if (length < 0) {
      return length;
    }
    int bracket = cursor.indexOf('[');
    cursor.position(bracket + 1);
    return bracket >= 0 && cursor.number(']') ? cursor.value() : -LibC.ENOENT;
  }

  /** Fills {@link #small} with a struct statx. */
  int statx(Name name, int want) {
    return LibC.statx(directory, address(name), 0, want, small.address());
  }

  int statx(int fd, int want) {
    path.buffer().put(0, (byte) 0);
    prefix = 0;
    return LibC.statx(fd, path.address(), Statx.AT_EMPTY_PATH, want, small.address());
  }

  /**
   * Fills {@link #small} with a struct statx of the entry of that number, from the kernel's memory.
   */
  int statxEntry(int dir, int id, int want) {
    list.buffer().put(putNumber(list.buffer(), 0, id), (byte) 0);
    return LibC.statx(dir, list.address(), Statx.AT_STATX_DONT_SYNC, want, small.address());
  }

  /** Reads the symbolic link of that number into the {@link #cursor}. */
  int readLinkEntry(int dir, int id) {
    list.buffer().put(putNumber(list.buffer(), 0, id), (byte) 0);
    return loaded(LibC.readlinkat(dir, list.address(), data.address(), data.capacity()));
  }

  /** Reads the file of that number, which the kernel gives in one read. */
  int loadEntry(int dir, int id) {
    list.buffer().put(putNumber(list.buffer(), 0, id), (byte) 0);
    int fd = LibC.openat(dir, list.address(), LibC.O_RDONLY);
    if (fd < 0) {
      return fd;
    }
    int length = LibC.read(fd, data.address(), data.capacity());
    LibC.close(fd);
    return loaded(length);
  }

  boolean exists(Name name) {
    return statx(name, 0) >= 0;
  }

  /** Whether the process bound by that directory is there. */
  boolean existsUnder(int dir) {
    at(dir);
    return exists(Name.STAT);
  }

  /** Whether the other thread is there, too: one of the process that {@link #at} is in. */
  boolean hasSibling(int tid) {
    // Behind a prefix the directory is the process's own, or its task; else it is the thread's.
    byte[] way = prefix == 0 ? UP : NOTHING;
    if (prefix > 0 && path.buffer().get(0) == TASK_SLASH[0]) {
      way = TASK_SLASH;
    }
    NativeBuffer name = list;
    name.buffer().put(0, way);
    name.buffer().put(putNumber(name.buffer(), way.length, tid), (byte) 0);
    return LibC.statx(directory, name.address(), 0, 0, small.address()) >= 0;
  }

  /** Whether that directory has an entry of that number; a link is not followed. */
  boolean existsIn(int dir, int id) {
    list.buffer().put(putNumber(list.buffer(), 0, id), (byte) 0);
    return LibC.statx(dir, list.address(), Statx.AT_SYMLINK_NOFOLLOW, 0, small.address()) >= 0;
  }

  /** Inode number of {@code path} below {@code mount}; a negative errno if it can't be had. */
  long inode(byte[] mount, byte[] path) {
    if (mount.length + path.length >= LIST_BYTES) {
      return -LibC.ENOENT;
    }
    list.buffer().put(0, mount).put(mount.length, path);
    list.buffer().put(mount.length + path.length, (byte) 0);
    int result = LibC.statx(LibC.AT_FDCWD, list.address(), 0, Statx.WANT_INODE, small.address());
    return result < 0 ? result : small.buffer().getLong(Statx.INODE);
  }

  /** Two u64. */
  int prlimit(int pid, int resource) {
    return LibC.prlimit(pid, resource, small.address());
  }

  /** CPU time of a process, ns; negative if that id is no process's. */
  long processTime(int pid) {
    int result = LibC.clockGettime(LibC.processClock(pid), small.address());
    return result < 0
        ? result
        : small.buffer().getLong(0) * 1_000_000_000L + small.buffer().getLong(8);
  }

  /** All names in an open directory that are numbers, ascending. */
  int numbers(int fd, Ids into) {
    into.clear();
    int length = LibC.getdents64(fd, list.address(), LIST_BYTES);
    while (length > 0) {
      ByteBuffer entries = list.buffer();
      for (int at = 0; at < length; at += entries.getShort(at + DIRENT_LENGTH) & 0xFFFF) {
        int id = number(entries, at + DIRENT_NAME);
        if (id >= 0) {
          into.add(id);
        }
      }
      length = LibC.getdents64(fd, list.address(), LIST_BYTES);
    }
    into.sort();
    return length;
  }

  private static int number(ByteBuffer entries, int at) {
    long number = 0;
    int digit = entries.get(at) - '0';
    int i = at;
    while (digit >= 0 && digit <= 9 && number <= Integer.MAX_VALUE) {
      number = number * 10 + digit;
      digit = entries.get(++i) - '0';
    }
    boolean whole = i > at && entries.get(i) == 0 && number <= Integer.MAX_VALUE;
    return whole ? (int) number : -1;
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

  private long address(Name name) {
    if (prefix == 0) {
      return name.address();
    }
    path.buffer().put(prefix, name.terminated());
    return path.address();
  }

  private int putNumber(int at, int id) {
    return putNumber(path.buffer(), at, id);
  }

  static int putNumber(ByteBuffer to, int at, int id) {
    int digits = 1;
    for (int rest = id / 10; rest > 0; rest /= 10) {
      digits++;
    }
    int value = id;
    for (int i = at + digits - 1; i >= at; i--) {
      to.put(i, (byte) ('0' + value % 10));
      value /= 10;
    }
    return at + digits;
  }
}
