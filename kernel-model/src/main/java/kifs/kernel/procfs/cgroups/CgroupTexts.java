package kifs.kernel.procfs.cgroups;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;

/** Parses the small files of a cgroup that are no {@code name number} lines. Stateless. */
final class CgroupTexts {
  private static final long UNLIMITED = -1;
  private static final byte[] MAX = ascii("max");
  private static final byte[] FROZEN = ascii("FROZEN");
  private static final byte[] THAWED = ascii("THAWED");
  private static final byte[] FREEZING = ascii("FREEZING");

  /**
   * In v1 the memory limit of a group without one is the largest number of whole pages that fits in
   * 63 bits. Pages are at most 64 KiB.
   */
  private static final long LEAST_V1_UNLIMITED = Long.MAX_VALUE - 0xFFFF;

  private static final long USUAL_SHARES = 1024;
  private static final long USUAL_WEIGHT = 100;
  private static final long MAX_WEIGHT = 10_000;
  private static final long NS_PER_US = 1000;

  private CgroupTexts() {}

  /**
   * A file with one number. {@code max}, -1, and v1's largest number mean that there is no limit.
   */
  static void number(ByteCursor in, Field field, long scale, Record into) {
    if (in.skip(MAX)) {
      into.set(field, UNLIMITED);
    } else if (in.number()) {
      long value = in.value();
      if (value == -1 || value >= LEAST_V1_UNLIMITED) {
        into.set(field, UNLIMITED);
      } else if (value >= 0 && value <= Long.MAX_VALUE / scale) {
        into.set(field, value * scale);
      }
    }
  }

  /** Whether a number of a v1 memory limit means that there is none. */
  static boolean isUnlimited(String text) {
    try {
      return Long.parseLong(text) >= LEAST_V1_UNLIMITED;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** {@code cpu.max}: {@code quota period} in microseconds; the quota can be {@code max}. */
  static void cpuMax(ByteCursor in, long fields, Record into) {
    if ((fields & CgroupRecord.CPU_QUOTA.bit()) != 0) {
      number(in, CgroupRecord.CPU_QUOTA, NS_PER_US, into);
    } else {
      in.skipWord();
    }
    if ((fields & CgroupRecord.CPU_PERIOD.bit()) != 0) {
      number(in, CgroupRecord.CPU_PERIOD, NS_PER_US, into);
    }
  }

  /** v1's {@code cpu.shares}, converted to a weight as the kernel itself does it. */
  static void shares(ByteCursor in, long fields, Record into) {
    if (in.number() && in.value() >= 0 && in.value() <= Integer.MAX_VALUE) {
      long weight = (in.value() * USUAL_WEIGHT + USUAL_SHARES / 2) / USUAL_SHARES;
      into.set(CgroupRecord.CPU_WEIGHT, Math.max(1, Math.min(weight, MAX_WEIGHT)));
    }
  }

  /** v1's {@code freezer.state}. */
  static void frozen(ByteCursor in, long fields, Record into) {
    if (in.skip(FROZEN)) {
      into.set(CgroupRecord.FROZEN, 1);
    } else if (in.skip(THAWED) || in.skip(FREEZING)) {
      into.set(CgroupRecord.FROZEN, 0);
    }
  }

  /** {@code cgroup.type}. */
  static void kind(ByteCursor in, long fields, Record into) {
    int kind = CgroupRecord.KINDS.indexOf(line(in));
    if (kind >= 0) {
      into.set(CgroupRecord.KIND, kind);
    }
  }

  /** {@code cgroup.controllers}. Adds to the controllers that the record has already. */
  static void controllers(ByteCursor in, long fields, Record into) {
    add(line(in).split(" "), into);
  }

  /** Adds controllers to a record. Names that kifs doesn't know are left out. */
  static void add(String[] controllers, Record into) {
    long mask = into.has(CgroupRecord.CONTROLLERS) ? into.get(CgroupRecord.CONTROLLERS) : 0;
    for (String name : controllers) {
      int bit = CgroupRecord.CONTROLLER_NAMES.indexOf(name);
      mask |= bit < 0 ? 0 : 1L << bit;
    }
    into.set(CgroupRecord.CONTROLLERS, mask);
  }

  private static String line(ByteCursor in) {
    int end = in.indexOf('\n');
    return end < 0
        ? ""
        : new String(in.bytes(), in.position(), end - in.position(), StandardCharsets.ISO_8859_1);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
