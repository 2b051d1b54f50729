package kifs.kernel.simulated;

/** A process's memory, bytes. Guarded by the kernel's lock. */
final class Memory {
  private final Counter rss;
  private long peak;
  private long files;
  private long shared;
  private long vsize;
  private long swap;

  Memory(long now) {
    this(new Counter(now));
  }

  private Memory(Counter rss) {
    this.rss = rss;
  }

  Memory copy() {
    Memory copy = new Memory(rss.copy());
    copy.peak = peak;
    copy.files = files;
    copy.shared = shared;
    copy.vsize = vsize;
    copy.swap = swap;
    return copy;
  }

  void rss(long now, long bytes) {
    peak = peakAt(now);
    rss.set(now, Counter.requireNotNegative(bytes));
  }

  void growth(long now, long bytesPerSecond) {
    peak = peakAt(now);
    rss.perSecond(now, bytesPerSecond);
  }

  void parts(long ofFiles, long ofShared) {
    files = Counter.requireNotNegative(ofFiles);
    shared = Counter.requireNotNegative(ofShared);
  }

  void vsize(long bytes) {
    vsize = Counter.requireNotNegative(bytes);
  }

  void swap(long bytes) {
    swap = Counter.requireNotNegative(bytes);
  }

  long rssAt(long now) {
    return Math.max(0, rss.at(now));
  }

  /**
   * The highest resident memory so far. Between two changes the rate is constant, so the highest
   * value was at one of both ends.
   */
  long peakAt(long now) {
    return Math.max(peak, rssAt(now));
  }

  long anonymousAt(long now) {
    return Math.max(0, rssAt(now) - files - shared);
  }

  long files() {
    return files;
  }

  long shared() {
    return shared;
  }

  long vsizeAt(long now) {
    return Math.max(vsize, rssAt(now));
  }

  long swap() {
    return swap;
  }
}
