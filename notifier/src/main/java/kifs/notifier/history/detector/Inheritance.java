package kifs.notifier.history.detector;

import static kifs.notifier.history.detector.Layout.AVERAGES;
import static kifs.notifier.history.detector.Layout.EXTREME;
import static kifs.notifier.history.detector.Layout.HORIZONS;
import static kifs.notifier.history.detector.Layout.INNER;
import static kifs.notifier.history.detector.Layout.OUTER;
import static kifs.notifier.history.detector.Layout.RUN_EXTREME;
import static kifs.notifier.history.detector.Layout.RUN_INNER;
import static kifs.notifier.history.detector.Layout.RUN_OUTER;
import static kifs.notifier.history.detector.Layout.RUN_USUAL;
import static kifs.notifier.history.detector.Layout.SHORTS;
import static kifs.notifier.history.detector.Layout.USUAL;

/** Hands on what was learned, from one series of a {@link SeriesStore} to another. */
final class Inheritance {
  private final SeriesStore store;

  Inheritance(SeriesStore store) {
    this.store = store;
  }

  /** Only what was learned is handed on, not the present values or the score. */
  void derive(int index, int from) {
    store.clear(index);
    int base = index * SHORTS;
    int source = from * SHORTS;
    int whole = store.seen(source) / store.longBlock() * store.longBlock();
    if (whole == 0) {
      return;
    }
    System.arraycopy(store.state, source + USUAL, store.state, base + USUAL, 6 * HORIZONS);
    System.arraycopy(store.state, source + RUN_USUAL, store.state, base + RUN_USUAL, 6);
    store.setSeen(base, whole);
    int averageBase = index * AVERAGES;
    for (int horizon = 0; horizon < HORIZONS; horizon++) {
      double low = Scale.compress(store.usual(base, horizon, 1));
      double high = Scale.compress(store.usual(base, horizon, 0));
      double middle = Scale.expand((low + high) / 2);
      if (horizon > 0) {
        store.averages[averageBase + horizon - 1] = (float) middle;
      }
      store.restart(base, averageBase, horizon, middle);
    }
  }

  /** A series that ended within its first block counts as one block. */
  void absorb(int index, int from) {
    int source = from * SHORTS;
    int seen = store.seen(source);
    if (seen == 0) {
      return;
    }
    int base = index * SHORTS;
    int block = store.tuning.block();
    int known = store.seen(base);
    int more = Math.max(block, seen);
    double weight = (double) more / (known + more);
    for (int at = 0; at < 2 * HORIZONS; at++) {
      boolean learned = seen >= (at < 2 * (HORIZONS - 1) ? block : store.longBlock());
      mixOnScale(base, source, at, learned ? USUAL : EXTREME, learned, weight);
    }
    for (int side = 0; side < 2; side++) {
      boolean learned = seen >= block;
      double usual =
          learned
              ? store.decode(source + RUN_USUAL + side)
              : store.state[source + RUN_EXTREME + side];
      double before = store.decode(base + RUN_USUAL + side);
      double between = weight * (1 - weight) * (usual - before) * (usual - before);
      set(base + RUN_USUAL + side, before + weight * (usual - before));
      mix(base + RUN_OUTER + side, source + RUN_OUTER + side, learned, weight, between);
      mix(base + RUN_INNER + side, source + RUN_INNER + side, learned, weight, between);
    }
    store.setSeen(base, known + more);
  }

  private void mixOnScale(
      int base, int source, int at, int usualAt, boolean learned, double weight) {
    double before = Scale.compress(store.decode(base + USUAL + at));
    double usual = Scale.compress(store.decode(source + usualAt + at));
    double between = weight * (1 - weight) * (usual - before) * (usual - before);
    set(base + USUAL + at, Scale.expand(before + weight * (usual - before)));
    mix(base + OUTER + at, source + OUTER + at, learned, weight, between);
    mix(base + INNER + at, source + INNER + at, learned, weight, between);
  }

  /** The spread of a mixture is that of its parts, and that between them. */
  private void mix(int to, int from, boolean learned, double weight, double between) {
    double own = learned ? store.decode(from) : 0;
    set(to, (1 - weight) * store.decode(to) + weight * own + between);
  }

  private void set(int at, double value) {
    store.state[at] = SmallFloat.encode(value);
  }
}
