package kifs.fs.cli.top;

import java.util.function.IntPredicate;

/**
 * Arranges rows so that each stands below its parent. A row whose parent isn't there is a root, and
 * so is one row of a circle, which a wrong file can have. Not thread-safe.
 */
final class Tree {
  private static final int NONE = -1;

  /** Lines of deeper rows are not told apart. */
  private static final int MAX_DEPTH = 40;

  private int[] byId = new int[0];
  private int[] spare = new int[0];
  private int[] parents = new int[0];
  private int[] firstChild = new int[0];
  private int[] nextSibling = new int[0];
  private int[] depths = new int[0];
  private int[] stack = new int[0];

  /** Bit d of a row: the row above it at depth d has another sibling below. */
  private long[] lines = new long[0];

  private boolean[] isWanted = new boolean[0];
  private boolean isFilled;

  /**
   * Arranges rows.
   *
   * @param rows gives the ids of rows and of their parents
   * @param order the numbers of all rows in the order that siblings have; afterwards those that are
   *     shown
   * @param passes whether a row is wanted; its parents are shown then, too
   * @return the number of rows that are shown
   */
  int arrange(Rows rows, int[] order, int count, IntPredicate passes) {
    allocate(count);
    findParents(rows, count);
    want(count, passes);
    int first = link(order, count);
    int shown = walk(first, order, 0);
    // What no root leads to is in a circle, or below one.
    for (int i = 0; i < count; i++) {
      if (isWanted[i]) {
        nextSibling[i] = NONE;
        shown = walk(i, order, shown);
      }
    }
    isFilled = true;
    return shown;
  }

  private void allocate(int count) {
    if (parents.length < count) {
      int size = Math.max(count, 2 * parents.length);
      byId = new int[size];
      spare = new int[size];
      parents = new int[size];
      firstChild = new int[size];
      nextSibling = new int[size];
      depths = new int[size];
      stack = new int[size];
      lines = new long[size];
      isWanted = new boolean[size];
    }
  }

  private void findParents(Rows rows, int count) {
    for (int i = 0; i < count; i++) {
      byId[i] = i;
    }
    Ints.sort(byId, count, spare, (a, b) -> Integer.compare(rows.idOf(a), rows.idOf(b)));
    for (int i = 0; i < count; i++) {
      int parent = rows.parentOf(i);
      int found = parent == 0 ? NONE : find(rows, parent, count);
      parents[i] = found == i ? NONE : found;
    }
  }

  private int find(Rows rows, int id, int count) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int there = rows.idOf(byId[middle]);
      if (there == id) {
        return byId[middle];
      }
      low = there < id ? middle + 1 : low;
      high = there < id ? high : middle - 1;
    }
    return NONE;
  }

  private void want(int count, IntPredicate passes) {
    for (int i = 0; i < count; i++) {
      isWanted[i] = false;
    }
    for (int i = 0; i < count; i++) {
      if (passes.test(i)) {
        for (int at = i; at != NONE && !isWanted[at]; at = parents[at]) {
          isWanted[at] = true;
        }
      }
    }
  }

  /** Makes the lists of children, and returns the first of the roots. */
  private int link(int[] order, int count) {
    for (int i = 0; i < count; i++) {
      firstChild[i] = NONE;
      lines[i] = 0;
      depths[i] = 0;
    }
    int root = NONE;
    for (int i = count - 1; i >= 0; i--) {
      int row = order[i];
      if (!isWanted[row]) {
        continue;
      }
      int parent = parents[row];
      nextSibling[row] = parent == NONE ? root : firstChild[parent];
      if (parent == NONE) {
        root = row;
      } else {
        firstChild[parent] = row;
      }
    }
    return root;
  }

  /** Visits a row, what is below it, and then its next siblings. Each row is visited once. */
  private int walk(int from, int[] order, int before) {
    int shown = before;
    int depth = 0;
    for (int row = from; row != NONE; ) {
      int next = nextSibling[row];
      if (isWanted[row]) {
        isWanted[row] = false;
        order[shown++] = row;
        place(row, depth, next);
        if (firstChild[row] != NONE) {
          stack[depth++] = next;
          next = firstChild[row];
        }
      }
      while (next == NONE && depth > 0) {
        next = stack[--depth];
      }
      row = next;
    }
    return shown;
  }

  private void place(int row, int depth, int next) {
    depths[row] = depth;
    int parent = parents[row];
    long above = depth == 0 || parent == NONE ? 0 : lines[parent];
    boolean hasNext = depth > 0 && depth < MAX_DEPTH && next != NONE;
    lines[row] = hasNext ? above | 1L << depth : above;
  }

  /** What is drawn before the name of a row; empty for roots, and if nothing was arranged. */
  String branch(int row, boolean isUtf8) {
    int depth = isFilled ? Math.min(depths[row], MAX_DEPTH) : 0;
    if (depth == 0) {
      return "";
    }
    StringBuilder branch = new StringBuilder();
    for (int i = 1; i < depth; i++) {
      boolean goesOn = (lines[row] & 1L << i) != 0;
      branch.append(goesOn ? isUtf8 ? "│ " : "| " : "  ");
    }
    boolean goesOn = (lines[row] & 1L << depth) != 0;
    return branch.append(isUtf8 ? goesOn ? "├─" : "└─" : goesOn ? "|-" : "`-").toString();
  }
}
