package kifs.fs.cli.top;

import java.util.Arrays;

/** Sorts numbers of rows without an object for each. Stateless. */
final class Ints {
  private static final int RUN = 8;

  private Ints() {}

  /** Compares two rows. */
  interface Order {
    /** Less than 0 if row a comes first, more than 0 if row b does. */
    int compare(int a, int b);
  }

  /**
   * A stable sort by merging.
   *
   * @param spare memory of at least {@code count} numbers
   */
  static void sort(int[] rows, int count, int[] spare, Order order) {
    sort(rows, 0, count, spare, order);
  }

  private static void sort(int[] rows, int from, int to, int[] spare, Order order) {
    if (to - from <= RUN) {
      insert(rows, from, to, order);
      return;
    }
    int middle = (from + to) >>> 1;
    sort(rows, from, middle, spare, order);
    sort(rows, middle, to, spare, order);
    if (order.compare(rows[middle - 1], rows[middle]) > 0) {
      merge(rows, from, middle, to, spare, order);
    }
  }

  private static void insert(int[] rows, int from, int to, Order order) {
    for (int i = from + 1; i < to; i++) {
      int row = rows[i];
      int at = i;
      while (at > from && order.compare(rows[at - 1], row) > 0) {
        rows[at] = rows[at - 1];
        at--;
      }
      rows[at] = row;
    }
  }

  private static void merge(int[] rows, int from, int middle, int to, int[] spare, Order order) {
    System.arraycopy(rows, from, spare, from, middle - from);
    int left = from;
    int right = middle;
    int at = from;
    while (left < middle) {
      boolean takesLeft = right == to || order.compare(spare[left], rows[right]) <= 0;
      rows[at++] = takesLeft ? spare[left++] : rows[right++];
    }
  }

  /** An array that has room for that many numbers: this one, or a longer copy. */
  static int[] atLeast(int[] array, int count) {
    return count <= array.length ? array : Arrays.copyOf(array, Math.max(count, 2 * array.length));
  }
}
