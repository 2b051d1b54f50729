package kifs.kernel.procfs.process;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.Record;

/**
 * {@code /proc/[pid]/limits}: a table with a heading. Any user may read it, while prlimit(2) needs
 * a privilege for other users' processes. Stateless and thread-safe.
 */
public final class LimitsFile {
  private static final long UNLIMITED = -1;
  private static final byte[] UNLIMITED_WORD = "unlimited".getBytes(StandardCharsets.US_ASCII);
  private static final byte[][] LABELS = labels();

  private LimitsFile() {}

  /** Fills the fields of a LIMITS record. */
  public static void parse(ByteCursor in, long fields, Record into) {
    do {
      for (int i = 0; i < LABELS.length; i++) {
        if (in.skip(LABELS[i])) {
          LimitsRecord.Limit limit = LimitsRecord.LIMITS.get(i);
          put(in, fields, into, limit.soft());
          put(in, fields, into, limit.hard());
          break;
        }
      }
    } while (in.nextLine());
  }

  /** Fills one field with the soft limit of one resource, RLIMIT_*. */
  public static void parseSoft(ByteCursor in, int resource, Field field, Record into) {
    do {
      if (in.skip(LABELS[resource])) {
        put(in, field.bit(), into, field);
        return;
      }
    } while (in.nextLine());
  }

  private static void put(ByteCursor in, long fields, Record into, Field field) {
    in.skipBlanks();
    if ((fields & field.bit()) == 0) {
      in.skipWord();
    } else if (!in.skip(UNLIMITED_WORD)) {
      in.put(into, field);
    } else if (in.peek() == ' ') {
      into.set(field, UNLIMITED);
    }
  }

  private static byte[][] labels() {
    return LimitsRecord.LIMITS.stream()
        .map(limit -> (limit.label() + " ").getBytes(StandardCharsets.US_ASCII))
        .toArray(byte[][]::new);
  }
}
