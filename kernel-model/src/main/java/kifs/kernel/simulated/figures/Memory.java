package kifs.kernel.simulated.figures;

/** The memory of a process; all figures are bytes. Guarded by the kernel's lock. */
public final class Memory {
  private final Counter rss;
  private long peak;
  private long files;
  private long shared;
  private long vsize;
  private long swap;
  private long huge;

  public Memory(long now) {
    this(new Counter(now));
  }

  private Memory(Counter rss) {
    this.rss = rss;
  }

  public Memory copy() {
    Memory copy = new Memory(rss.copy());
    copy.peak = peak;
    copy.files = files;
    copy.shared = shared;
    copy.vsize = vsize;
    copy.swap = swap;
    copy.huge = huge;
    return copy;
  }

  public void rss(long now, long bytes) {
    peak = peakAt(now);
    rss.set(now, Counter.requireNotNegative(bytes));
  }

  public void growth(long now, long bytesPerSecond) {
    peak = peakAt(now);
    rss.perSecond(now, bytesPerSecond);
  }

  public void parts(long ofFiles, long ofShared) {
    files = Counter.requireNotNegative(ofFiles);
    shared = Counter.requireNotNegative(ofShared);
  }

  public void vsize(long bytes) {
    vsize = Counter.requireNotNegative(bytes);
  }

  public void swap(long bytes) {
    swap = Counter.requireNotNegative(bytes);
  }

  public void huge(long bytes) {
    huge = Counter.requireNotNegative(bytes);
  }

  public long rssAt(long now) {
    return Math.max(0, rss.at(now));
  }

  /**
   * The largest resident memory so far. Between two changes the rate is constant, so the largest
   * value was at one of the changes.
   */
  public long peakAt(long now) {
    return Math.max(peak, rssAt(now));
  }

  public long anonymousAt(long now) {
    return Math.max(0, rssAt(now) - files - shared);
  }

  public long files() {
    return files;
  }

  public long shared() {
    return shared;
  }

  /** The virtual memory: the one that was set, or the resident memory if that is larger. */
  public long vsizeAt(long now) {
    return Math.max(vsize, rssAt(now));
  }

  public long swap() {
    return swap;
  }

  /** The memory in huge pages, which is no part of the resident memory. */
  public long huge() {
    return huge;
  }
}
