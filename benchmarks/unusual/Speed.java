import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import kifs.notifier.history.detector.SeriesStore;

/** Measures what an update costs while many series take turns, as they do on a host. */
final class Speed {
  private static final int SERIES = 20_000;
  private static final int KINDS = 60;
  private static final int SAMPLES = 3_000;
  private static final int SEED = 5;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Speed() {}

  static void measure() {
    Generator generator = new Generator(SEED);
    Series[] kinds = new Series[KINDS];
    for (int i = 0; i < KINDS; i++) {
      kinds[i] = generator.next(i);
    }
    SeriesStore store = new SeriesStore(SERIES, 1_000_000_000L);
    long least = Long.MAX_VALUE;
    long sum = 0;
    long allocated = 0;
    for (int time = 0; time < SAMPLES; time++) {
      long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
      long before = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < SERIES; i++) {
        Series kind = kinds[i % KINDS];
        store.update(i, kind.timesNs()[time], kind.values()[time], kind.floor());
      }
      long nanos = THREADS.getCurrentThreadCpuTime() - before;
      if (time >= SAMPLES / 2) {
        least = Math.min(least, nanos);
        sum += nanos;
        allocated += THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
      }
    }
    System.out.printf(
        "%d series: %.0f ns an update on average, %.0f at best; %d bytes a series; %.4f bytes"
            + " allocated an update%n",
        SERIES,
        (double) sum / (SAMPLES / 2) / SERIES,
        (double) least / SERIES,
        SeriesStore.BYTES_PER_SERIES,
        (double) allocated / (SAMPLES / 2) / SERIES);
  }
}
