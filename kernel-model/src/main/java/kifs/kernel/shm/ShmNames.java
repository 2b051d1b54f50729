package kifs.kernel.shm;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ids of shared-memory objects in a form that people can type: {@code KIND-INODE}, or {@code
 * KIND-INODE-SPACE} if the object is not in the usual space of its kind. The inode number of a
 * System V object is its shmid, as ipcs(1) shows it. The form depends on nothing but the id.
 * Stateless.
 */
public final class ShmNames {
  /** By the kind's code in an id. A file may be in /dev/shm or in another tmpfs. */
  private static final List<String> KINDS = List.of("file", "sysv", "memfd", "anon");

  private static final String SYSTEM_V = KINDS.get(1);
  private static final Pattern FORM =
      Pattern.compile("(file|sysv|memfd|anon)-(0|[1-9][0-9]{0,12})(?:-([1-9][0-9]{0,6}|0))?");

  private ShmNames() {}

  /** The name of an object by its id, as in SHM records. */
  public static String of(long id) {
    String kind = KINDS.get(ShmKey.code(id));
    String name = kind + "-" + ShmKey.inode(id);
    long space = ShmKey.space(id);
    return space == usualSpace(kind) ? name : name + "-" + space;
  }

  /** The id of an object by its name; -1 if that is not the name of any id. */
  public static long id(String name) {
    Matcher parts = FORM.matcher(name);
    if (!parts.matches()) {
      return -1;
    }
    String kind = parts.group(1);
    long space = parts.group(3) == null ? usualSpace(kind) : Long.parseLong(parts.group(3));
    long id = ShmKey.id(space, KINDS.indexOf(kind), Long.parseLong(parts.group(2)));
    return of(id).equals(name) ? id : -1;
  }

  /** System V: the daemon's own IPC namespace. Else: the first device that the kernel makes. */
  private static long usualSpace(String kind) {
    return kind.equals(SYSTEM_V) ? 0 : 1;
  }
}
