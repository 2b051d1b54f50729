package kifs.fs.root.cgroups;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.entity.Attribute;
import kifs.fs.node.limits.LimitsDirectory;
import kifs.fs.node.notify.NotifyDirectory;

/**
 * The names of cgroups as names of directories. A name has visible ASCII characters only: every
 * other byte, a percent sign, a dot at the beginning, and the first byte of a name that the
 * directory has already, are written as a percent sign and two hexadecimal digits. So each group
 * has exactly one name. Stateless.
 */
public final class CgroupNames {
  public static final String DIRECTORY = "cgroups";

  static final String GROUPS = "groups";
  static final String PROCESSES = "processes";
  static final String ROOT = "/";

  private static final String QUERY = BulkNode.NAME + "?";

  /** The names that every collection of groups has. */
  private static final Set<String> OF_COLLECTION = Set.of(BulkNode.NAME, "each", "sum");

  /** The names in {@code cgroups/}, which has also what the root group has. */
  private static final Set<String> OF_ROOT =
      Stream.of(
              OF_COLLECTION.stream(),
              Stream.of("stat", NotifyDirectory.NAME, GROUPS, PROCESSES, LimitsDirectory.NAME),
              CgroupAttributes.ALL.stream().map(Attribute::name))
          .flatMap(names -> names)
          .collect(Collectors.toUnmodifiableSet());

  private CgroupNames() {}

  /**
   * The pathname of a group below the mountpoint.
   *
   * @param path the path of the group, one char a byte
   */
  public static String pathname(String path) {
    StringBuilder out = new StringBuilder(DIRECTORY);
    if (!path.equals(ROOT)) {
      boolean isTop = true;
      for (String name : path.substring(1).split("/", -1)) {
        out.append(isTop ? "/" : "/" + GROUPS + "/").append(encode(name, isTop));
        isTop = false;
      }
    }
    return out.toString();
  }

  /**
   * The name of a group's directory.
   *
   * @param name one char a byte
   * @param isTop whether the directory is in {@code cgroups/}, and not in {@code groups/}
   */
  static String encode(String name, boolean isTop) {
    StringBuilder out = new StringBuilder(name.length());
    boolean isTaken = isTaken(name, isTop);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isVisible = c > ' ' && c < 0x7F && c != '%' && c != '/';
      if (isVisible && !(i == 0 && (isTaken || c == '.'))) {
        out.append(c);
      } else {
        out.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return out.toString();
  }

  /** Whether a directory with groups in it has another entry of that name. */
  static boolean isTaken(String name, boolean isTop) {
    return (isTop ? OF_ROOT : OF_COLLECTION).contains(name) || name.startsWith(QUERY);
  }

  /**
   * The name of the group whose directory has a name, one char a byte; empty if no group can have
   * that directory.
   */
  static Optional<String> decode(String file, boolean isTop) {
    byte[] bytes = file.getBytes(StandardCharsets.ISO_8859_1);
    StringBuilder out = new StringBuilder(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        out.append((char) (bytes[i] & 0xFF));
        continue;
      }
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
      if (low < 0) {
        return Optional.empty();
      }
      out.append((char) (high << 4 | low));
      i += 2;
    }
    // Of several ways to write a name only that of a listing is one.
    return Optional.of(out.toString())
        .filter(name -> !name.isEmpty() && encode(name, isTop).equals(file));
  }
}
