package kifs.kernel.procfs.cgroups;

import java.nio.charset.StandardCharsets;

/** Paths and names of cgroups, one char a byte. Stateless. */
final class Names {
  static final String ROOT = "/";

  private Names() {}

  static String latin1(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The path of a group directly below another one. */
  static String child(String path, String name) {
    return path.equals(ROOT) ? ROOT + name : path + "/" + name;
  }

  /** The path of the group above; the root itself for the root. */
  static String parent(String path) {
    return path.substring(0, Math.max(1, path.lastIndexOf('/')));
  }

  /** Whether a text is a path as /proc/[pid]/cgroup shows it, without steps upwards. */
  static boolean isPath(String text) {
    if (text.equals(ROOT)) {
      return true;
    }
    if (!text.startsWith(ROOT) || text.indexOf('\0') >= 0) {
      return false;
    }
    for (String name : text.substring(1).split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        return false;
      }
    }
    return true;
  }
}
