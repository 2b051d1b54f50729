package kifs.kernel.shm;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import kifs.kernel.record.ShmRecord;
import org.jspecify.annotations.Nullable;

/** One shared-memory object during a pass. Not thread-safe. */
public final class ShmObject {
  /** What one process has of the object. */
  static final class User {
    long mapped;
    int mappings;
    int fds;
  }

  /** Several files that lead to the object are kept, because a file vanishes with its process. */
  private static final int MAX_FILES = 3;

  private final ShmKey key;
  private byte[] name;

  /** Whether the name was cut where the kernel marks deleted files, and the file may exist. */
  private boolean cut;

  private long device;
  private final TreeMap<Integer, User> users = new TreeMap<>();
  private final List<String> where = new ArrayList<>(1);
  private long size = -1;
  private long resident = -1;
  private long uid = -1;
  private long swapped = -1;
  private boolean listed;

  /** Whether the object has lost its name; null: not known. */
  private @Nullable Boolean unlinked;

  ShmObject(ShmKey key, byte[] name, long device) {
    this.key = key;
    this.name = name;
    this.device = device;
  }

  public ShmKey key() {
    return key;
  }

  public byte[] name() {
    return name;
  }

  /** Notes that the name was cut where the kernel marks deleted files. */
  void cutName() {
    cut = true;
  }

  /**
   * Sets whether the object still has its name. If so, what looked like a mark is a part of it. An
   * object of a kind without names never loses one.
   */
  public void exists(boolean isThere) {
    boolean isNamed = key.kind() != ShmRecord.MEMFD && key.kind() != ShmRecord.ANONYMOUS;
    unlinked = isNamed && !isThere;
    if (cut && isThere) {
      name = ShmPath.withMark(name);
    }
    cut &= !isThere;
  }

  /** The device as st_dev; -1: not known. */
  public long device() {
    return device;
  }

  /** Sets the device, if it wasn't known. */
  void setDevice(long found) {
    device = device < 0 ? found : device;
  }

  /**
   * Files that lead to the object, in the terms of the source that found it. Such a file may
   * meanwhile lead to another object.
   */
  public List<String> where() {
    return where;
  }

  /** Whether one more file that leads to the object is worth keeping. */
  public boolean wantsWhere() {
    return where.size() < MAX_FILES;
  }

  public void foundAt(String file) {
    where.add(file);
  }

  /** Whether the object's size is known. */
  public boolean isMeasured() {
    return size >= 0;
  }

  /**
   * Sets the measured figures.
   *
   * @param bytes size of the object
   * @param residentBytes how much of it is in memory; -1: not known
   * @param swappedBytes how much of it is swapped out; -1: not known
   * @param owner user id; -1: not known
   */
  public void measured(long bytes, long residentBytes, long swappedBytes, long owner) {
    swapped = swappedBytes;
    size = bytes;
    resident = residentBytes;
    uid = owner;
  }

  /** Copies the measured figures of a later pass over the same object. */
  public void measuredLike(ShmObject other) {
    measured(other.size, other.resident, other.swapped, other.uid);
    unlinked = other.unlinked;
  }

  /** Notes that the kernel lists the object to every user. */
  public void list() {
    listed = true;
  }

  /** Whether the kernel lists the object to every user. */
  public boolean isListed() {
    return listed;
  }

  void add(int pid, long bytes) {
    User user = users.computeIfAbsent(pid, p -> new User());
    user.mapped += bytes;
    user.mappings++;
  }

  void addFds(int pid, int fds) {
    users.computeIfAbsent(pid, p -> new User()).fds += fds;
  }

  long mappers() {
    return users.values().stream().filter(user -> user.mappings > 0).count();
  }

  long openers() {
    return users.values().stream().filter(user -> user.fds > 0).count();
  }

  @Nullable Boolean unlinked() {
    return unlinked;
  }

  TreeMap<Integer, User> users() {
    return users;
  }

  long size() {
    return size;
  }

  long resident() {
    return resident;
  }

  long swapped() {
    return swapped;
  }

  long uid() {
    return uid;
  }
}
