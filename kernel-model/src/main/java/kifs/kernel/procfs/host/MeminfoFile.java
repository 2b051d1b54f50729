package kifs.kernel.procfs.host;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;

/** {@code /proc/meminfo}: {@code Key: number kB} lines. Stateless and thread-safe. */
public final class MeminfoFile {
  private static final byte[][] KEYS = {
    key("MemTotal"),
    key("MemFree"),
    key("MemAvailable"),
    key("Buffers"),
    key("Cached"),
    key("Shmem"),
    key("SwapTotal"),
    key("SwapFree")
  };
  private static final Field[] FIELDS = {
    SystemRecord.MEMORY_TOTAL,
    SystemRecord.MEMORY_FREE,
    SystemRecord.MEMORY_AVAILABLE,
    SystemRecord.MEMORY_BUFFERS,
    SystemRecord.MEMORY_CACHED,
    SystemRecord.MEMORY_SHMEM,
    SystemRecord.SWAP_TOTAL,
    SystemRecord.SWAP_FREE
  };
  private static final byte[] HUGE_TOTAL = key("HugePages_Total");
  private static final byte[] HUGE_FREE = key("HugePages_Free");
  private static final byte[] HUGE_SIZE = key("Hugepagesize");
  private static final long KIB = 1024;
  private static final long HUGE_FIELDS =
      SystemRecord.MEMORY_HUGE.bit() | SystemRecord.MEMORY_HUGE_FREE.bit();

  static final long SYSTEM_FIELDS = Field.mask(FIELDS) | HUGE_FIELDS;

  private MeminfoFile() {}

  public static void parse(ByteCursor in, long fields, Record into) {
    do {
      for (int i = 0; i < KEYS.length; i++) {
        if (in.skip(KEYS[i])) {
          if ((fields & FIELDS[i].bit()) != 0) {
            in.put(into, FIELDS[i], KIB);
          }
          break;
        }
      }
      if ((fields & HUGE_FIELDS) != 0 && in.skip(HUGE_TOTAL)) {
        hugePages(in, fields, into);
        return;
      }
    } while (in.nextLine());
  }

  /**
   * Fills the figures of huge pages. The file states them in pages, and the size of a page a few
   * lines below. They are the last lines that this class reads.
   */
  private static void hugePages(ByteCursor in, long fields, Record into) {
    long total = in.number() ? in.value() : -1;
    long free = -1;
    while (in.nextLine()) {
      if (in.skip(HUGE_FREE)) {
        free = in.number() ? in.value() : -1;
      } else if (in.skip(HUGE_SIZE)) {
        long bytes = in.number() ? in.value() * KIB : -1;
        product(total, bytes, fields, SystemRecord.MEMORY_HUGE, into);
        product(free, bytes, fields, SystemRecord.MEMORY_HUGE_FREE, into);
        return;
      }
    }
  }

  private static void product(long pages, long bytes, long fields, Field field, Record into) {
    if (pages >= 0 && bytes >= 0 && (fields & field.bit()) != 0) {
      into.set(field, pages * bytes);
    }
  }

  private static byte[] key(String name) {
    return (name + ":").getBytes(StandardCharsets.US_ASCII);
  }
}
