package kifs.kernel.procfs.host;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Field;
import kifs.kernel.record.Pressure;
import kifs.kernel.record.Record;

/**
 * {@code /proc/pressure/cpu}, {@code memory} and {@code io}, and {@code cpu.pressure} and so on of
 * a cgroup: a line {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0} and a line {@code full}
 * of the same form. Averages are in percent, the total in microseconds. Stateless and thread-safe.
 */
public final class PressureFile {
  private static final byte[] SOME = key("some ");
  private static final byte[] FULL = key("full ");
  private static final byte[][] AVERAGES = {key("avg10="), key("avg60="), key("avg300=")};
  private static final byte[] TOTAL = key("total=");
  private static final long NS_PER_US = 1000;

  private PressureFile() {}

  /** The mask of the fields of both lines. */
  public static long fields(Pressure some, Pressure full) {
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
      in.skipBlanks();
      if (in.skip(AVERAGES[i]) && in.decimal(' ') && i < pressure.averages().size()) {
        Field average = pressure.averages().get(i);
        if ((fields & average.bit()) != 0) {
          into.setDouble(average, in.decimal());
        }
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
