package kifs.kernel.procfs.host;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord.Pressure;

/**
 * {@code /proc/pressure/cpu}, {@code memory} and {@code io}: a line {@code some avg10=0.00
 * avg60=0.00 avg300=0.00 total=0} and a line {@code full} of the same form. Averages are in
 * percent, the total in microseconds. Stateless and thread-safe.
 */
public final class PressureFile {
  private static final byte[] SOME = key("some ");
  private static final byte[] FULL = key("full ");
  private static final byte[][] AVERAGES = {key("avg10="), key("avg60="), key("avg300=")};
  private static final byte[] TOTAL = key("total=");
  private static final long NS_PER_US = 1000;

  private PressureFile() {}

  static long fields(Pressure some, Pressure full) {
    return fields(some) | fields(full);
  }

  public static void parse(ByteCursor in, long fields, Pressure some, Pressure full, Record into) {
    do {
      if (in.skip(SOME)) {
        line(in, fields, some, into);
      } else if (in.skip(FULL)) {
        line(in, fields, full, into);
      }
    } while (in.nextLine());
  }

  private static void line(ByteCursor in, long fields, Pressure pressure, Record into) {
    for (int i = 0; i < AVERAGES.length; i++) {
      Field average = pressure.averages().get(i);
      in.skipBlanks();
      if (in.skip(AVERAGES[i]) && in.decimal(' ') && (fields & average.bit()) != 0) {
        into.setDouble(average, in.decimal());
      }
    }
    in.skipBlanks();
    if (in.skip(TOTAL) && (fields & pressure.total().bit()) != 0) {
      in.put(into, pressure.total(), NS_PER_US);
    }
  }

  private static long fields(Pressure pressure) {
    return pressure.total().bit() | Field.mask(pressure.averages());
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
