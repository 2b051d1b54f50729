package kifs.kernel.shm;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** One shared-memory object during a pass. Not thread-safe. */
public final class ShmObject {
  /** The mappings of the object in one process. */
  static final class User {
    long mapped;
    int mappings;
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

  /** Sets whether the file still exists, so that what looked like a mark is a part of its name. */
  public void exists(boolean isThere) {
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
