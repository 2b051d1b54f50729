package kifs.kernel.procfs.cgroups;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;

/**
 * The files about I/O, which have figures of each block device: {@code io.stat}, and v1's {@code
 * blkio.throttle.*}. The figures of all devices are added up. A device without I/O has no line, so
 * a file without lines means 0. Stateless.
 */
final class IoFiles {
  private static final byte[][] KEYS = {key("rbytes="), key("wbytes="), key("rios="), key("wios=")};
  private static final Field[] FIELDS = {
    CgroupRecord.READ, CgroupRecord.WRITE, CgroupRecord.READS, CgroupRecord.WRITES
  };
  private static final byte[] READ = key("Read ");
  private static final byte[] WRITE = key("Write ");

  private IoFiles() {}

  /** {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6}. */
  static void stat(ByteCursor in, long fields, Record into) {
    long[] sums = new long[KEYS.length];
    do {
      in.skipWord();
      in.skipBlanks();
      while (in.peek() >= 0 && in.peek() != '\n') {
        int key = skipKey(in);
        if (key < 0) {
          in.skipWord();
        } else if (in.number()) {
          sums[key] += in.value();
        }
        in.skipBlanks();
      }
    } while (in.nextLine());
    for (int i = 0; i < FIELDS.length; i++) {
      into.setWanted(fields, FIELDS[i], sums[i]);
    }
  }

  private static int skipKey(ByteCursor in) {
    for (int i = 0; i < KEYS.length; i++) {
      if (in.skip(KEYS[i])) {
        return i;
      }
    }
    return -1;
  }

  /** {@code 8:0 Read 1}, {@code 8:0 Write 2}, and lines of other kinds. */
  static void throttle(ByteCursor in, long fields, Field read, Field write, Record into) {
    long reads = 0;
    long writes = 0;
    do {
      in.skipWord();
      in.skipBlanks();
      if (in.skip(READ)) {
        reads += in.number() ? in.value() : 0;
      } else if (in.skip(WRITE)) {
        writes += in.number() ? in.value() : 0;
      }
    } while (in.nextLine());
    into.setWanted(fields, read, reads);
    into.setWanted(fields, write, writes);
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
