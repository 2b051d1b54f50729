package kifs.kernel.procfs.process;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;

/**
 * {@code /proc/[pid]/status} and {@code /proc/[pid]/task/[tid]/status}: {@code Key:\tvalue} lines.
 * Kernel threads and zombies have no memory of their own and no lines about memory, so their memory
 * figures are 0. Stateless and thread-safe.
 */
public final class StatusFile {
  private static final byte[] TGID = key("Tgid:");
  private static final byte[] NSPID = key("NSpid:");
  private static final byte[] UID = key("Uid:");
  private static final byte[] GID = key("Gid:");
  private static final byte[] VM_SIZE = key("VmSize:");
  private static final byte[] VM_HWM = key("VmHWM:");
  private static final byte[] VM_RSS = key("VmRSS:");
  private static final byte[] RSS_ANON = key("RssAnon:");
  private static final byte[] RSS_FILE = key("RssFile:");
  private static final byte[] RSS_SHMEM = key("RssShmem:");
  private static final byte[] VM_SWAP = key("VmSwap:");
  private static final byte[] HUGE = key("HugetlbPages:");
  private static final byte[] THREADS = key("Threads:");
  private static final byte[] VOLUNTARY = key("voluntary_ctxt_switches:");
  private static final byte[] INVOLUNTARY = key("nonvoluntary_ctxt_switches:");

  private static final long KIB = 1024;

  /** The memory figures that only this file has. */
  private static final long MEMORY =
      ProcessRecord.RSS_ANON.bit()
          | ProcessRecord.RSS_FILE.bit()
          | ProcessRecord.RSS_SHMEM.bit()
          | ProcessRecord.RSS_PEAK.bit()
          | ProcessRecord.SWAP.bit()
          | ProcessRecord.RSS_HUGE.bit();

  /** The memory figures that cheaper files have, too. */
  private static final long COMMON_MEMORY = ProcessRecord.RSS.bit() | ProcessRecord.VSIZE.bit();

  /** All memory figures of this file. */
  static final long ALL_MEMORY = MEMORY | COMMON_MEMORY;

  /** The fields that only this file has. */
  static final long PROCESS_FIELDS =
      MEMORY
          | ProcessRecord.UID.bit()
          | ProcessRecord.GID.bit()
          | ProcessRecord.EUID.bit()
          | ProcessRecord.EGID.bit()
          | ProcessRecord.VOLUNTARY_SWITCHES.bit()
          | ProcessRecord.INVOLUNTARY_SWITCHES.bit();

  public static final long THREAD_FIELDS =
      ThreadRecord.VOLUNTARY_SWITCHES.bit()
          | ThreadRecord.INVOLUNTARY_SWITCHES.bit()
          | ThreadRecord.UID.bit()
          | ThreadRecord.EUID.bit();

  private StatusFile() {}

  /**
   * Fills fields from the file.
   *
   * @param fields the fields to fill. They contain RSS and VSIZE only if these shall come from this
   *     file
   */
  public static void parse(ByteCursor in, long fields, Record into) {
    if (into.type() == ThreadRecord.TYPE) {
      if ((fields & (ThreadRecord.UID.bit() | ThreadRecord.EUID.bit())) != 0) {
        users(in, fields, into);
      }
      switches(
          in, fields, into, ThreadRecord.VOLUNTARY_SWITCHES, ThreadRecord.INVOLUNTARY_SWITCHES);
      return;
    }
    if (head(in, fields, into)) {
      noMemory(fields, into);
    }
    switches(
        in, fields, into, ProcessRecord.VOLUNTARY_SWITCHES, ProcessRecord.INVOLUNTARY_SWITCHES);
  }

  private static void users(ByteCursor in, long fields, Record into) {
    do {
      if (in.skip(UID)) {
        put(in, fields, into, ThreadRecord.UID);
        put(in, fields, into, ThreadRecord.EUID);
        return;
      }
    } while (in.nextLine());
  }

  /** Id of the thread's process; -1 if the file doesn't have it. */
  public static int tgid(ByteCursor in) {
    return (int) in.numberAfter(TGID);
  }

  /** Id of a thread in the thread's own pid namespace; -1 if the file doesn't have it. */
  public static int ownTid(ByteCursor in) {
    do {
      if (in.skip(NSPID)) {
        int last = -1;
        // The last id of the line is the one in the innermost namespace.
        while (in.peek() != '\n' && in.number()) {
          last = (int) in.value();
        }
        return last;
      }
    } while (in.nextLine());
    return -1;
  }

  /**
   * Reads the lines up to Threads. Returns true if the line Threads was found, and no line about
   * memory before it: only then is it sure that the process has none.
   */
  private static boolean head(ByteCursor in, long fields, Record into) {
    boolean memory = false;
    do {
      switch (in.peek()) {
        case 'U' -> ids(in, UID, fields, into, ProcessRecord.UID, ProcessRecord.EUID);
        case 'G' -> ids(in, GID, fields, into, ProcessRecord.GID, ProcessRecord.EGID);
        case 'V', 'R', 'H' -> memory |= memory(in, fields, into);
        case 'T' -> {
          if (in.skip(THREADS)) {
            return !memory;
          }
        }
        default -> {}
      }
    } while (in.nextLine());
    return false;
  }

  private static void ids(
      ByteCursor in, byte[] key, long fields, Record into, Field real, Field effective) {
    if (in.skip(key)) {
      put(in, fields, into, real);
      put(in, fields, into, effective);
    }
  }

  private static void put(ByteCursor in, long fields, Record into, Field field) {
    if ((fields & field.bit()) != 0) {
      in.put(into, field);
    } else {
      in.skipWord();
    }
  }

  private static boolean memory(ByteCursor in, long fields, Record into) {
    if (in.skip(VM_SIZE)) {
      bytes(in, fields, into, ProcessRecord.VSIZE);
    } else if (in.skip(VM_HWM)) {
      bytes(in, fields, into, ProcessRecord.RSS_PEAK);
    } else if (in.skip(VM_RSS)) {
      bytes(in, fields, into, ProcessRecord.RSS);
    } else if (in.skip(RSS_ANON)) {
      bytes(in, fields, into, ProcessRecord.RSS_ANON);
    } else if (in.skip(RSS_FILE)) {
      bytes(in, fields, into, ProcessRecord.RSS_FILE);
    } else if (in.skip(RSS_SHMEM)) {
      bytes(in, fields, into, ProcessRecord.RSS_SHMEM);
    } else if (in.skip(VM_SWAP)) {
      bytes(in, fields, into, ProcessRecord.SWAP);
    } else if (in.skip(HUGE)) {
      bytes(in, fields, into, ProcessRecord.RSS_HUGE);
    } else {
      return false;
    }
    return true;
  }

  private static void bytes(ByteCursor in, long fields, Record into, Field field) {
    if ((fields & field.bit()) != 0) {
      in.put(into, field, KIB);
    }
  }

  private static void noMemory(long fields, Record into) {
    for (long rest = fields & ALL_MEMORY; rest != 0; rest &= rest - 1) {
      into.set(ProcessRecord.TYPE.fields().get(Long.numberOfTrailingZeros(rest)), 0);
    }
  }

  /** Fills context switches. Their lines are searched from the end, because they are near it. */
  private static void switches(
      ByteCursor in, long fields, Record into, Field voluntary, Field involuntary) {
    if ((fields & (voluntary.bit() | involuntary.bit())) == 0) {
      return;
    }
    int lines = 0;
    byte[] bytes = in.bytes();
    // On some architectures a few more lines follow.
    for (int i = in.end() - 2; i >= 0 && lines < 6; i--) {
      if (bytes[i] == '\n') {
        lines++;
        in.position(i + 1);
        if (in.skip(VOLUNTARY)) {
          put(in, fields, into, voluntary);
          return;
        }
        if (in.skip(INVOLUNTARY)) {
          put(in, fields, into, involuntary);
        }
      }
    }
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
