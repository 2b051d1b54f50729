package kifs.kernel.procfs.scan;

import java.util.Arrays;

/** A growing, reusable list of process or thread ids. Not thread-safe. */
public final class IdList {
  private int[] ids = new int[256];
  private int size;
  private boolean ascending = true;

  public void clear() {
    size = 0;
    ascending = true;
  }

  public void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
    }
    ascending &= size == 0 || ids[size - 1] < id;
    ids[size++] = id;
  }

  void sort() {
    if (!ascending) {
      Arrays.sort(ids, 0, size);
    }
  }

  public int size() {
    return size;
  }

  public int get(int index) {
    return ids[index];
  }

  public int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}
