package kifs.kernel.fd;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.function.Consumer;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.SharedTexts;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.TextRecord;

/**
 * Makes FD records of what a kernel tells of each open fd, as far as they are asked for, and at the
 * end finds out which sockets there are. A source calls {@link #begin} and then whatever it knows,
 * fd by fd, in (pid, fd) order; {@link #resolve} comes last. Not thread-safe.
 */
public final class FdRecords {
  private static final byte[] SOCKET = bytes("socket:[");
  private static final byte[] PIPE = bytes("pipe:[");
  private static final byte[] ANONYMOUS = bytes("anon_inode:");

  private static final int FILE_TYPE_SHIFT = 12;
  private static final int TEXT_HEADER = 8;

  /** By the highest four bits of st_mode. */
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
  private final SharedTexts texts;
  private final BitSet sockets = new BitSet();
  private final SocketTable table = new SocketTable();
  private int count;
  private Record current;
  private long blockAt;
  private int type;
  private long inode;

  /**
   * @param into must want FD records; paths go there if it wants TEXT
   * @param fields of FD to fill
   */
  public FdRecords(BulkBuilder into, long fields) {
    this.into = into;
    // Sockets are found by their inode numbers.
    this.fields = (fields & FdRecord.SOCKET_FIELDS) == 0 ? fields : fields | FdRecord.INODE.bit();
    this.texts = into.wants(TextRecord.TYPE) ? new SharedTexts(into) : null;
  }

  /** The next fd. */
  public void begin(int pid, int fd) {
    current = into.append(FdRecord.TYPE);
    current.set(FdRecord.PID, pid);
    current.set(FdRecord.FD, fd);
    type = FdRecord.UNKNOWN;
    inode = -1;
    count++;
  }

  /** Takes the fd back: it was closed while it was looked at. */
  public void drop() {
    into.removeLast(FdRecord.TYPE);
    count--;
    sockets.clear(count);
  }

  /**
   * Where it leads, as a link in /proc/[pid]/fd says it. Of sockets and pipes that is all there is
   * to know of the file.
   *
   * @return whether {@link #file} can tell more
   */
  public boolean path(ByteBuffer bytes, int from, int length) {
    if (texts != null && wants(FdRecord.PATH_OFFSET, FdRecord.PATH_LENGTH)) {
      current.set(FdRecord.PATH_OFFSET, texts.add(bytes, from, length));
      current.set(FdRecord.PATH_LENGTH, length);
    }
    if (startsWith(bytes, from, length, SOCKET)) {
      identity(FdRecord.SOCKET, number(bytes, from + SOCKET.length, from + length));
      if (inode >= 0 && (fields & FdRecord.SOCKET_FIELDS) != 0) {
        sockets.set(count - 1);
        table.want(inode);
      }
      return false;
    }
    if (startsWith(bytes, from, length, PIPE)) {
      identity(FdRecord.PIPE, number(bytes, from + PIPE.length, from + length));
      return false;
    }
    if (startsWith(bytes, from, length, ANONYMOUS)) {
      type = FdRecord.ANONYMOUS;
      set(FdRecord.TYPE_OF_FILE, type);
    }
    return true;
  }

  /**
   * Takes finished TEXT records, which the next {@link #take} refers to.
   *
   * @param bytes of all of them
   */
  public void takeTexts(ByteBuffer from, int at, int bytes, int texts) {
    blockAt = this.texts == null ? 0 : into.texts(from, at, bytes, texts) + TEXT_HEADER;
  }

  /**
   * Takes finished FD records, after putting right what they can't know: where in the bulk their
   * paths lie, and what isn't wanted.
   *
   * @param from of the bulk format's byte order; written to
   * @param socketDevice what is on that device is a socket; 0: there is none
   */
  public void take(ByteBuffer from, int at, int records, long socketDevice) {
    boolean paths = texts != null && wants(FdRecord.PATH_OFFSET, FdRecord.PATH_LENGTH);
    boolean identified = (fields & FdRecord.SOCKET_FIELDS) != 0;
    long both = FdRecord.PATH_OFFSET.bit() | FdRecord.PATH_LENGTH.bit();
    long unwanted = FdRecord.TYPE.allFields() & ~(paths ? fields | both : fields & ~both);
    unwanted &= ~(FdRecord.PID.bit() | FdRecord.FD.bit());
    Record fd = new Record(FdRecord.TYPE);
    for (int i = 0; i < records; i++) {
      fd.wrap(from, at + i * FdRecord.TYPE.size());
      if (paths && fd.has(FdRecord.PATH_OFFSET)) {
        fd.set(FdRecord.PATH_OFFSET, blockAt + fd.get(FdRecord.PATH_OFFSET));
      }
      if (identified
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

  /** Takes back everything, but for texts. */
  public void clear() {
    while (count > 0) {
      drop();
    }
  }

  private void identity(int typeOfFile, long number) {
    type = typeOfFile;
    inode = number;
    set(FdRecord.TYPE_OF_FILE, type);
    if (inode >= 0) {
      set(FdRecord.INODE, inode);
    }
  }

  /** A number that ends in a bracket; -1: it is none. */
  private static long number(ByteBuffer text, int from, int end) {
    long number = 0;
    int at = from;
    while (at < end && text.get(at) >= '0' && text.get(at) <= '9') {
      number = number * 10 + (text.get(at++) - '0');
    }
    return at > from && at == end - 1 && text.get(at) == ']' ? number : -1;
  }

  /**
   * What kind of file it is. Comes behind {@link #path}.
   *
   * @param mode st_mode; 0: not known
   */
  public void file(int mode, long number) {
    if (type == FdRecord.UNKNOWN && mode != 0) {
      type = TYPES[mode >> FILE_TYPE_SHIFT & 0xF];
      set(FdRecord.TYPE_OF_FILE, type);
    }
    inode = number;
    set(FdRecord.INODE, inode);
  }

  /** The type found so far of the fd that was begun last, as in FD. */
  public int type() {
    return type;
  }

  /** The inode number found so far; -1: none. */
  public long inode() {
    return inode;
  }

  /**
   * @param device as st_dev
   */
  public void device(long device) {
    set(FdRecord.DEVICE, device);
  }

  /**
   * How it was opened.
   *
   * @param flags O_*
   * @param mountId -1: not known
   */
  public void opened(long flags, long position, long mountId) {
    set(FdRecord.FLAGS, flags);
    set(FdRecord.POSITION, position);
    if (mountId >= 0) {
      set(FdRecord.MOUNT_ID, mountId);
    }
  }

  /**
   * Finds out about all sockets at once. Those that were closed meanwhile, or that nobody can tell
   * of, stay without.
   */
  public void resolve(SocketLists lists) {
    if (sockets.isEmpty()) {
      return;
    }
    lists.of(0, table);
    into.forEach(FdRecord.TYPE, new Resolver(lists));
  }

  /** Goes through all FD records in their order, and fills in those of sockets. */
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
      if (socket == null) {
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
    if ((fields & field.bit()) != 0) {
      current.set(field, value);
    }
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
