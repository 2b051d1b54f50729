package kifs.kernel.shm;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.TextRecord;
import org.jspecify.annotations.Nullable;

/**
 * The shared-memory objects of a kernel. A source adds what it finds in any order: listed objects,
 * mappings, open files. Not thread-safe: one pass uses it.
 */
public final class ShmObjects {
  private final ShmDevices devices;
  private final TreeMap<ShmKey, ShmObject> objects = new TreeMap<>();
  private boolean partial;

  public ShmObjects(ShmDevices devices) {
    this.devices = devices;
  }

  /**
   * Finds the object of a mapped or open file by the path that the kernel shows.
   *
   * @param device device of the file, as st_dev
   * @param inode inode number of the file
   * @param ipcNamespace for System V objects, the IPC namespace of the shmid; 0: the source's own
   * @return the object; null: the file is no shared-memory object
   */
  public @Nullable ShmObject at(
      ByteBuffer path, int from, int length, long device, long inode, long ipcNamespace) {
    return at(path, from, length, device, inode, ipcNamespace, other -> false);
  }

  /**
   * Finds the object of a mapped file, as {@link #at(ByteBuffer, int, int, long, long, long)}.
   *
   * @param tmpfs tells whether a device is a tmpfs, whose mapped files are shared memory
   */
  public @Nullable ShmObject at(
      ByteBuffer path,
      int from,
      int length,
      long device,
      long inode,
      long ipcNamespace,
      LongPredicate tmpfs) {
    ShmPath parsed = ShmPath.of(path, from, length, device, devices, tmpfs);
    if (parsed.kind() == 0) {
      return null;
    }
    long space = parsed.kind() == ShmRecord.SYSTEM_V ? ipcNamespace : device;
    int before = objects.size();
    ShmObject object = object(new ShmKey(parsed.kind(), space, inode), parsed.name(), device);
    boolean isFile = parsed.kind() == ShmRecord.POSIX || parsed.kind() == ShmRecord.TMPFS;
    if (isFile && objects.size() > before && ShmPath.isMarkedDeleted(path, from, length)) {
      object.cutName();
    }
    return object;
  }

  /**
   * Returns the object with that key; adds it if it is new.
   *
   * @param name the name of a new object
   * @param device as st_dev; -1: not known
   */
  public ShmObject object(ShmKey key, byte[] name, long device) {
    ShmObject object = objects.computeIfAbsent(key, k -> new ShmObject(k, name, device));
    object.setDevice(device);
    return object;
  }

  /** Adds a mapping of that size in a process. */
  public void mapped(ShmObject object, int pid, long bytes) {
    object.add(pid, bytes);
  }

  /** Adds fds of a process that are open files of the object. */
  public void opened(ShmObject object, int pid, int fds) {
    object.addFds(pid, fds);
  }

  /** Removes everything that was found. */
  public void clear() {
    objects.clear();
    partial = false;
  }

  /**
   * Records that the mappings and files of some process could not be read, so the numbers of users
   * and openers aren't known.
   */
  public void missUsers() {
    partial = true;
  }

  /** The known ones among these fields of SHM. */
  public long known(long fields) {
    return partial ? fields & ~ShmRecord.COUNTS : fields;
  }

  /** The filesystems of shared-memory objects, as st_dev. */
  public Set<Long> devices() {
    Set<Long> all = new TreeSet<>(devices.internal());
    all.addAll(devices.posix());
    return all;
  }

  /** All objects found so far, in id order. */
  public Collection<ShmObject> all() {
    return objects.values();
  }

  /** Null: not found. */
  public @Nullable ShmObject byId(long id) {
    return objects.values().stream().filter(o -> o.key().id() == id).findFirst().orElse(null);
  }

  /**
   * Appends the SHM and SHM_USER records of these objects, as far as the bulk wants them.
   *
   * @param fields mask of the SHM fields to fill
   * @param userFields mask of the SHM_USER fields to fill
   */
  public static void write(
      Collection<ShmObject> objects, long fields, long userFields, BulkBuilder into) {
    for (ShmObject object : objects) {
      if (into.wants(ShmRecord.TYPE)) {
        Record shm = into.append(ShmRecord.TYPE);
        fill(object, fields, shm);
        name(object, fields, shm, into);
      }
      if (into.wants(ShmUserRecord.TYPE)) {
        object.users().forEach((pid, user) -> write(object, pid, user, userFields, into));
      }
    }
  }

  /** Fills a SHM record, except the name. */
  public static void fill(ShmObject object, long fields, Record shm) {
    shm.set(ShmRecord.ID, object.key().id());
    shm.setWanted(fields, ShmRecord.KIND, object.key().kind());
    shm.setWanted(fields, ShmRecord.INODE, object.key().inode());
    shm.setWanted(fields, ShmRecord.USERS, object.mappers());
    shm.setWanted(fields, ShmRecord.OPENERS, object.openers());
    shm.setWanted(fields, ShmRecord.LISTED, object.isListed() ? 1 : 0);
    Boolean unlinked = object.unlinked();
    if (unlinked != null) {
      shm.setWanted(fields, ShmRecord.UNLINKED, unlinked ? 1 : 0);
    }
    // A negative figure isn't known; its field stays absent.
    shm.setWanted(object.device() < 0 ? 0 : fields, ShmRecord.DEVICE, object.device());
    shm.setWanted(object.size() < 0 ? 0 : fields, ShmRecord.SIZE, object.size());
    shm.setWanted(object.resident() < 0 ? 0 : fields, ShmRecord.RESIDENT, object.resident());
    shm.setWanted(object.swapped() < 0 ? 0 : fields, ShmRecord.SWAPPED, object.swapped());
    shm.setWanted(object.uid() < 0 ? 0 : fields, ShmRecord.UID, object.uid());
  }

  private static void name(ShmObject object, long fields, Record shm, BulkBuilder into) {
    long both = ShmRecord.NAME_OFFSET.bit() | ShmRecord.NAME_LENGTH.bit();
    if ((fields & both) != 0 && into.wants(TextRecord.TYPE)) {
      byte[] name = object.name();
      shm.set(ShmRecord.NAME_OFFSET, into.appendText(ByteBuffer.wrap(name), 0, name.length));
      shm.set(ShmRecord.NAME_LENGTH, name.length);
    }
  }

  private static void write(
      ShmObject object, int pid, ShmObject.User user, long fields, BulkBuilder into) {
    Record record = into.append(ShmUserRecord.TYPE);
    record.set(ShmUserRecord.ID, object.key().id());
    record.set(ShmUserRecord.PID, pid);
    record.setWanted(fields, ShmUserRecord.MAPPED, user.mapped);
    record.setWanted(fields, ShmUserRecord.MAPPINGS, user.mappings);
    record.setWanted(fields, ShmUserRecord.FDS, user.fds);
  }
}
