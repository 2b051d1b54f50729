package kifs.fs.root.processes.fds;

import java.util.LinkedHashMap;
import java.util.Map;

/** The flags of open(2), by name: {@code O_RDWR|O_CLOEXEC}. */
public final class OpenFlags {
  private static final String[] MODES = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
  private static final int MODE = 3;

  private static final Map<Long, String> NAMES = new LinkedHashMap<>();

  static {
    boolean aarch64 = "aarch64".equals(System.getProperty("os.arch"));
    NAMES.put(0100L, "O_CREAT");
    NAMES.put(0200L, "O_EXCL");
    NAMES.put(0400L, "O_NOCTTY");
    NAMES.put(01000L, "O_TRUNC");
    NAMES.put(02000L, "O_APPEND");
    NAMES.put(04000L, "O_NONBLOCK");
    // A flag of several bits comes before the flags that are one of its bits.
    NAMES.put(04010000L, "O_SYNC");
    NAMES.put(010000L, "O_DSYNC");
    NAMES.put(020000L, "O_ASYNC");
    NAMES.put(aarch64 ? 020040000L : 020200000L, "O_TMPFILE");
    NAMES.put(aarch64 ? 0200000L : 040000L, "O_DIRECT");
    NAMES.put(aarch64 ? 0400000L : 0100000L, "O_LARGEFILE");
    NAMES.put(aarch64 ? 040000L : 0200000L, "O_DIRECTORY");
    NAMES.put(aarch64 ? 0100000L : 0400000L, "O_NOFOLLOW");
    NAMES.put(01000000L, "O_NOATIME");
    NAMES.put(02000000L, "O_CLOEXEC");
    NAMES.put(010000000L, "O_PATH");
  }

  private OpenFlags() {}

  /**
   * Names the flags, from the kernel's uapi/asm/fcntl.h. Bits without a name are shown in
   * hexadecimal.
   */
  public static String text(long flags) {
    StringBuilder out = new StringBuilder(MODES[(int) flags & MODE]);
    long rest = flags & ~MODE;
    for (Map.Entry<Long, String> name : NAMES.entrySet()) {
      if ((rest & name.getKey()) == name.getKey()) {
        out.append('|').append(name.getValue());
        rest &= ~name.getKey();
      }
    }
    return rest == 0 ? out.toString() : out + "|0x" + Long.toHexString(rest);
  }
}
