package kifs.kernel.fd;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Comparator;
import java.util.function.Consumer;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.SharedTexts;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.TextRecord;
import org.jspecify.annotations.Nullable;

/**
 * Builds FD records from the facts that a source reads of each open fd, and at the end fills in the
 * sockets. A source calls {@link #begin} for each fd in (pid, tid, fd) order, then the methods for
 * the facts that it knows, and {@link #resolve} last. Facts that aren't wanted are ignored. Not
 * thread-safe.
 */
public final class FdRecords {
  private static final byte[] SOCKET = bytes("socket:[");
  private static final byte[] PIPE = bytes("pipe:[");
  private static final byte[] ANONYMOUS = bytes("anon_inode:");

  private static final int FILE_TYPE_SHIFT = 12;
  private static final int TEXT_HEADER = 8;

  /** The type of file; the index is the highest four bits of st_mode. */
  private static final int[] TYPES = {
    FdRecord.UNKNOWN,
    FdRecord.FIFO,
    FdRecord.CHARACTER,
    FdRecord.UNKNOWN,
    FdRecord.DIRECTORY,
    FdRecord.UNKNOWN,
    FdRecord.BLOCK,
    FdRecord.UNKNOWN,
    FdRecord.REGULAR,
    FdRecord.UNKNOWN,
    FdRecord.LINK,
    FdRecord.UNKNOWN,
    FdRecord.SOCKET,
    FdRecord.UNKNOWN,
    FdRecord.UNKNOWN,
    FdRecord.UNKNOWN
  };

  private final BulkBuilder into;
  private final long fields;
  private final @Nullable SharedTexts texts;
  private final BitSet sockets = new BitSet();
  private final SocketTable table = new SocketTable();
  private int count;

  @SuppressWarnings("NullAway.Init") // begin() comes first
  private Record current;

  private long blockAt;
  private int type;
  private long inode;

  /** The pid and the tid of the last finished record. */
  private long lastPid;

  private long lastTid;

  /** Whether some finished record comes after one that it belongs before. */
  private boolean disordered;

  /**
   * @param into must want FD records; paths are added only if it wants TEXT, too
   * @param fields mask of the FD fields to fill
   */
  public FdRecords(BulkBuilder into, long fields) {
    this.into = into;
    // Sockets are found by their inode numbers.
    this.fields = (fields & FdRecord.SOCKET_FIELDS) == 0 ? fields : fields | FdRecord.INODE.bit();
    this.texts = into.wants(TextRecord.TYPE) ? new SharedTexts(into) : null;
  }

  /**
   * Begins the record of the next fd.
   *
   * @param tid the thread whose own file table has the fd; 0: the process's table has it
   */
  public void begin(int pid, int tid, int fd) {
    current = into.append(FdRecord.TYPE);
    current.set(FdRecord.PID, pid);
    current.set(FdRecord.FD, fd);
    if (tid != 0) {
      current.set(FdRecord.TID, tid);
    }
    type = FdRecord.UNKNOWN;
    inode = -1;
    count++;
  }

  /** Removes the record of the present fd, because the fd was closed while it was read. */
  public void drop() {
    into.removeLast(FdRecord.TYPE);
    count--;
    sockets.clear(count);
  }

  /**
   * The type of file that the target of a link in /proc/[pid]/fd says: SOCKET, PIPE, ANONYMOUS, or
   * UNKNOWN if it is the path of any other file.
   */
  public static int type(ByteBuffer bytes, int from, int length) {
    if (startsWith(bytes, from, length, SOCKET)) {
      return FdRecord.SOCKET;
    }
    if (startsWith(bytes, from, length, PIPE)) {
      return FdRecord.PIPE;
    }
    return startsWith(bytes, from, length, ANONYMOUS) ? FdRecord.ANONYMOUS : FdRecord.UNKNOWN;
  }

  /**
   * Adds the target of the fd's link in /proc/[pid]/fd. The target of a socket or pipe already says
   * everything about the file.
   *
   * @return whether {@link #file} can add something
   */
  public boolean path(ByteBuffer bytes, int from, int length) {
    if (texts != null && wants(FdRecord.PATH_OFFSET, FdRecord.PATH_LENGTH)) {
      current.set(FdRecord.PATH_OFFSET, texts.add(bytes, from, length));
      current.set(FdRecord.PATH_LENGTH, length);
    }
    switch (type(bytes, from, length)) {
      case FdRecord.SOCKET -> {
        identify(FdRecord.SOCKET, number(bytes, from + SOCKET.length, from + length));
        if (inode >= 0 && (fields & FdRecord.SOCKET_FIELDS) != 0) {
          sockets.set(count - 1);
          table.want(inode);
        }
        return false;
      }
      case FdRecord.PIPE -> {
        identify(FdRecord.PIPE, number(bytes, from + PIPE.length, from + length));
        return false;
      }
      case FdRecord.ANONYMOUS -> {
        type = FdRecord.ANONYMOUS;
        set(FdRecord.TYPE_OF_FILE, type);
        return true;
      }
      default -> {
        return true;
      }
    }
  }

  /**
   * Appends finished TEXT records, to which the records of the next {@link #appendRecords} refer.
   *
   * @param from the buffer with the records
   * @param at offset of the first record in it
   * @param bytes length of all records
   * @param texts number of records
   */
  public void appendTexts(ByteBuffer from, int at, int bytes, int texts) {
    blockAt = this.texts == null ? 0 : into.appendTexts(from, at, bytes, texts) + TEXT_HEADER;
  }

  /**
   * Appends finished FD records. Offsets of paths are relocated, unwanted fields are cleared, and
   * sockets are noted for {@link #resolve}.
   *
   * @param from in the byte order of the bulk format; it is modified
   * @param at offset of the first record in it
   * @param records number of records
   * @param socketDevice device of the kernel's sockets; a socket on another device is a file of a
   *     filesystem and in no list; 0: not known
   */
  public void appendRecords(ByteBuffer from, int at, int records, long socketDevice) {
    boolean paths = texts != null && wants(FdRecord.PATH_OFFSET, FdRecord.PATH_LENGTH);
    boolean wantsSockets = (fields & FdRecord.SOCKET_FIELDS) != 0;
    long both = FdRecord.PATH_OFFSET.bit() | FdRecord.PATH_LENGTH.bit();
    long unwanted = FdRecord.TYPE.allFields() & ~(paths ? fields | both : fields & ~both);
    unwanted &= ~(FdRecord.PID.bit() | FdRecord.FD.bit() | FdRecord.TID.bit());
    Record fd = new Record(FdRecord.TYPE);
    for (int i = 0; i < records; i++) {
      fd.wrap(from, at + i * FdRecord.TYPE.size());
      long pid = fd.get(FdRecord.PID);
      long tid = fd.get(FdRecord.TID);
      disordered |= pid < lastPid || pid == lastPid && tid < lastTid;
      lastPid = pid;
      lastTid = tid;
      if (paths && fd.has(FdRecord.PATH_OFFSET)) {
        fd.set(FdRecord.PATH_OFFSET, blockAt + fd.get(FdRecord.PATH_OFFSET));
      }
      if (wantsSockets
          && fd.get(FdRecord.TYPE_OF_FILE) == FdRecord.SOCKET
          && fd.get(FdRecord.DEVICE) == socketDevice) {
        sockets.set(count + i);
        table.want(fd.get(FdRecord.INODE));
      }
      fd.clearAll(unwanted & ~fd.absent());
    }
    into.appendAll(FdRecord.TYPE, from, at, records);
    count += records;
  }

  /** Removes all FD records. Texts remain. */
  public void clear() {
    while (count > 0) {
      drop();
    }
  }

  private void identify(int typeOfFile, long number) {
    type = typeOfFile;
    inode = number;
    set(FdRecord.TYPE_OF_FILE, type);
    if (inode >= 0) {
      set(FdRecord.INODE, inode);
    }
  }

  /** The number before a final bracket; -1: the text isn't a number and a bracket. */
  private static long number(ByteBuffer text, int from, int end) {
    long number = 0;
    int at = from;
    while (at < end && text.get(at) >= '0' && text.get(at) <= '9') {
      number = number * 10 + (text.get(at++) - '0');
    }
    return at > from && at == end - 1 && text.get(at) == ']' ? number : -1;
  }

  /**
   * Adds the type and the inode number of the file. Must follow {@link #path}.
   *
   * @param mode st_mode; 0: not known
   * @param number inode number
   */
  public void file(int mode, long number) {
    if (type == FdRecord.UNKNOWN && mode != 0) {
      type = TYPES[mode >> FILE_TYPE_SHIFT & 0xF];
      set(FdRecord.TYPE_OF_FILE, type);
    }
    inode = number;
    set(FdRecord.INODE, inode);
  }

  /** The type of the present fd's file as far as it is known, as in FD. */
  public int type() {
    return type;
  }

  /** The inode number of the present fd's file; -1: not known. */
  public long inode() {
    return inode;
  }

  /**
   * Adds the device of the file.
   *
   * @param device as st_dev
   */
  public void device(long device) {
    set(FdRecord.DEVICE, device);
  }

  /**
   * Adds how the fd was opened.
   *
   * @param flags O_* of open(2)
   * @param position file offset, bytes
   * @param mountId the mount that the file was opened on; -1: not known
   */
  public void opened(long flags, long position, long mountId) {
    set(FdRecord.FLAGS, flags);
    set(FdRecord.POSITION, position);
    if (mountId >= 0) {
      set(FdRecord.MOUNT_ID, mountId);
    }
  }

  /**
   * Reads all wanted sockets at once and fills in their fields. The fields stay absent for a socket
   * that was closed meanwhile or that is in no list.
   */
  public void resolve(SocketLists lists) {
    if (sockets.isEmpty()) {
      return;
    }
    lists.of(0, table);
    into.forEach(FdRecord.TYPE, new Resolver(lists));
  }

  /**
   * Puts the records in (pid, tid, fd) order if they aren't. An iterator of the kernel comes to the
   * files of a thread when it comes to the thread, after other processes. So it comes to the files
   * of a process whose main thread has ended. Must follow {@link #resolve}.
   */
  public void order() {
    if (disordered) {
      into.sort(
          FdRecord.TYPE,
          Comparator.<Record>comparingLong(fd -> fd.get(FdRecord.PID))
              .thenComparingLong(fd -> fd.get(FdRecord.TID))
              .thenComparingLong(fd -> fd.get(FdRecord.FD)));
    }
  }

  /** Visits all FD records in order and fills in those of sockets. */
  private final class Resolver implements Consumer<Record> {
    private final SocketLists lists;
    private int index;
    private int lastPid;

    Resolver(SocketLists lists) {
      this.lists = lists;
    }

    @Override
    public void accept(Record fd) {
      if (!sockets.get(index++)) {
        return;
      }
      long number = fd.get(FdRecord.INODE);
      int pid = (int) fd.get(FdRecord.PID);
      if (table.lacks(number) && pid != lastPid) {
        lists.of(pid, table);
        lastPid = pid;
      }
      Socket socket = table.get(number);
      if (socket == null && !fd.has(FdRecord.TID)) {
        socket = lists.unlisted(pid, (int) fd.get(FdRecord.FD), number);
      }
      if (socket != null) {
        fill(fd, socket);
      }
    }
  }

  private void fill(Record fd, Socket socket) {
    socket.fill(fd, fields);
    byte[] name = socket.name();
    if (name != null
        && texts != null
        && wants(FdRecord.SOCKET_NAME_OFFSET, FdRecord.SOCKET_NAME_LENGTH)) {
      fd.set(FdRecord.SOCKET_NAME_OFFSET, texts.add(ByteBuffer.wrap(name), 0, name.length));
      fd.set(FdRecord.SOCKET_NAME_LENGTH, name.length);
    }
  }

  private boolean wants(Field offset, Field length) {
    return (fields & (offset.bit() | length.bit())) != 0;
  }

  private void set(Field field, long value) {
    current.setWanted(fields, field, value);
  }

  private static boolean startsWith(ByteBuffer bytes, int from, int length, byte[] prefix) {
    if (length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (bytes.get(from + i) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] bytes(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }
}
