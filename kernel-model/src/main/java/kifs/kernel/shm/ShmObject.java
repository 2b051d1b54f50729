package kifs.kernel.shm;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** One shared-memory object while a pass finds out about it. Not thread-safe. */
public final class ShmObject {
  /** One process's part in it. */
  static final class User {
    long mapped;
    int mappings;
  }

  /** If one process ends, another one shows the way. */
  private static final int MOST_WAYS = 3;

  private final ShmKey key;
  private final byte[] name;
  private long device;
  private final TreeMap<Integer, User> users = new TreeMap<>();
  private final List<String> where = new ArrayList<>(1);
  private long size = -1;
  private long resident = -1;
  private long uid = -1;

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

  /** As st_dev; -1: not known. */
  public long device() {
    return device;
  }

  /** Which device it turns out to be on, if that wasn't known. */
  void isOn(long found) {
    device = device < 0 ? found : device;
  }

  /**
   * Some files that lead to it, as the source that found it calls them. Each may lead to another
   * one by now.
   */
  public List<String> where() {
    return where;
  }

  /** Whether it is worth to note one more file that leads to it. */
  public boolean wantsWhere() {
    return where.size() < MOST_WAYS;
  }

  public void foundAt(String file) {
    where.add(file);
  }

  /** Whether its size is known. */
  public boolean isMeasured() {
    return size >= 0;
  }

  /**
   * @param bytes of which it consists
   * @param residentBytes of these in memory; -1: not known
   * @param owner user id; -1: not known
   */
  public void measured(long bytes, long residentBytes, long owner) {
    size = bytes;
    resident = residentBytes;
    uid = owner;
  }

  /** Takes over what a later look at the same object found. */
  public void measuredLike(ShmObject other) {
    measured(other.size, other.resident, other.uid);
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

  long uid() {
    return uid;
  }
}
