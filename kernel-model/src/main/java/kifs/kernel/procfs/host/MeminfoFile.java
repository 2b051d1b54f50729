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
  private static final long KIB = 1024;

  static final long SYSTEM_FIELDS = mask();

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
    } while (in.nextLine());
  }

  private static long mask() {
    long mask = 0;
    for (Field field : FIELDS) {
      mask |= field.bit();
    }
    return mask;
  }

  private static byte[] key(String name) {
    return (name + ":").getBytes(StandardCharsets.US_ASCII);
  }
}
