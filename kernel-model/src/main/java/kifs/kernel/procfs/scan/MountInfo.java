package kifs.kernel.procfs.scan;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.linux.Statx;
import org.jspecify.annotations.Nullable;

/**
 * {@code /proc/[pid]/mountinfo}: finds out where cgroups are mounted, with which options /proc is,
 * and of which type a filesystem is. Immutable and thread-safe.
 */
public final class MountInfo {
  private static final int DEVICE = 2;
  private static final int ROOT = 3;
  private static final int MOUNT_POINT = 4;
  private static final int MIN_WORDS = 10;

  private final String[] lines;

  /**
   * @param text one char a byte
   */
  public MountInfo(String text) {
    lines = text.split("\n");
  }

  /**
   * One mount. Immutable.
   *
   * @param device the device of the filesystem, as st_dev
   * @param isWhole whether the mount shows the filesystem from its root, and not a directory of it
   * @param mountPoint one char a byte
   * @param options the options of the filesystem
   */
  public record Mount(long device, boolean isWhole, String mountPoint, List<String> options) {}

  /** The mounts of all filesystems of a type, in the order of the file. */
  public List<Mount> ofType(String type) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.split(" ");
      int dash = separator(words);
      if (dash > 0 && words[dash + 1].equals(type)) {
        mounts.add(
            new Mount(
                device(words[DEVICE]),
                words[ROOT].equals("/"),
                unescape(words[MOUNT_POINT]),
                List.of(words[words.length - 1].split(","))));
      }
    }
    return mounts;
  }

  /** The mount point of cgroup v2; null if it isn't mounted. */
  public @Nullable String cgroup2() {
    for (String line : lines) {
      String[] words = line.split(" ");
      int dash = separator(words);
      if (dash > 0 && words[dash + 1].equals("cgroup2")) {
        return unescape(words[MOUNT_POINT]);
      }
    }
    return null;
  }

  /**
   * The value of an option of the last mount at a mount point; null if it has no such option.
   *
   * @param key the option's name and the equals sign
   */
  public @Nullable String option(String mountPoint, String key) {
    String value = null;
    for (String line : lines) {
      String[] words = line.split(" ");
      int dash = separator(words);
      if (dash > 0 && unescape(words[MOUNT_POINT]).equals(mountPoint)) {
        value = null;
        for (String option : words[words.length - 1].split(",")) {
          value = option.startsWith(key) ? option.substring(key.length()) : value;
        }
      }
    }
    return value;
  }

  /**
   * The type of the filesystem on a device; null if it isn't mounted.
   *
   * @param device as st_dev
   */
  public @Nullable String type(long device) {
    for (String line : lines) {
      String[] words = line.split(" ");
      int dash = separator(words);
      if (dash > 0 && device(words[DEVICE]) == device) {
        return words[dash + 1];
      }
    }
    return null;
  }

  /** The device in {@code major:minor}, as st_dev; -1 if it is malformed. */
  public static long device(String word) {
    String[] numbers = word.split(":");
    return word.matches("[0-9]{1,9}:[0-9]{1,9}")
        ? Statx.device(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]))
        : -1;
  }

  /**
   * The index of the dash that precedes the type of the filesystem; -1 if the line is malformed.
   */
  public static int separator(String[] words) {
    for (int i = MOUNT_POINT + 2; i < words.length - 1 && words.length >= MIN_WORDS - 1; i++) {
      if (words[i].equals("-")) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Decodes a path, in which the kernel writes some bytes as a backslash and three octal digits.
   */
  private static String unescape(String path) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\' && path.substring(i + 1).matches("(?s)[0-3][0-7]{2}.*")) {
        c = (char) Integer.parseInt(path.substring(i + 1, i + 4), 8);
        i += 3;
      }
      plain.append(c);
    }
    return plain.toString();
  }
}
