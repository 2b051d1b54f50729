package kifs.kernel.procfs;

import java.util.Arrays;

/** A growing list of process or thread ids that is used again and again. Not thread-safe. */
final class Ids {
  private int[] ids = new int[256];
  private int size;
  private boolean ascending = true;

  void clear() {
    size = 0;
    ascending = true;
  }

  void add(int id) {
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

  int size() {
    return size;
  }

  int get(int index) {
    return ids[index];
  }

  int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}
