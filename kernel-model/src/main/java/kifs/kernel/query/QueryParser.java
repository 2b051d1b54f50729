package kifs.kernel.query;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kifs.kernel.record.ChangesRecord;
import kifs.kernel.record.GoneRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;

/**
 * Parses {@code tags=process,thread&uid=1000&state=D}. Values are lists joined by commas. {@code
 * %XX} stands for a byte, so that a name may contain any byte. Stateless.
 */
public final class QueryParser {
  private static final int MAX_LENGTH = 4096;
  private static final long MAX_UID = 0xFFFF_FFFFL;
  private static final String STATES = "RSDTtZXIPK";

  /** A bulk contains these types on its own where they are needed. */
  private static final Set<RecordType> OF_ITSELF =
      Set.of(SnapshotRecord.TYPE, TextRecord.TYPE, ChangesRecord.TYPE, GoneRecord.TYPE);

  private static final String KEYS = "tags pid uid comm state cgroup fields";

  private static final String TAGS =
      Records.ALL.stream()
          .filter(type -> !OF_ITSELF.contains(type))
          .map(type -> type.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(" "));

  private QueryParser() {}

  /**
   * @param text the query without its question mark
   * @param unfiltered the query of the same bulk file without a query text
   * @throws BadQueryException if the text is no query; the message says why
   */
  public static Query parse(String text, Query unfiltered) throws BadQueryException {
    if (text.length() > MAX_LENGTH) {
      throw new BadQueryException("longer than " + MAX_LENGTH + " characters");
    }
    Query query = unfiltered;
    Set<String> seen = new HashSet<>();
    for (String part : text.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals <= 0 || equals == part.length() - 1) {
        throw new BadQueryException("not key=value: " + part);
      }
      String key = part.substring(0, equals);
      if (!seen.add(key)) {
        throw new BadQueryException("given twice: " + key);
      }
      query = restrict(query, key, part.substring(equals + 1));
    }
    return query;
  }

  private static Query restrict(Query q, String key, String value) throws BadQueryException {
    return switch (key) {
      case "tags" -> q.withTags(tags(value));
      case "pid" -> q.withPids(numbers(value, Integer.MAX_VALUE));
      case "uid" -> q.withUids(numbers(value, MAX_UID));
      case "state" -> q.withStates(states(value));
      case "comm" -> q.withComms(names(value));
      case "cgroup" -> q.withCgroup(cgroup(decode(value)));
      case "fields" -> q.withDetail(detail(value));
      default -> throw new BadQueryException("unknown key: " + key + "; keys are " + KEYS);
    };
  }

  private static Set<Integer> tags(String value) throws BadQueryException {
    Set<Integer> tags = new TreeSet<>();
    for (String name : list(value)) {
      RecordType type = Records.byName(name);
      if (type == null || !name.equals(name.toLowerCase(Locale.ROOT))) {
        throw new BadQueryException("unknown tag: " + name + "; tags are " + TAGS);
      }
      if (!OF_ITSELF.contains(type)) {
        tags.add(type.tag());
      }
    }
    return tags;
  }

  private static Set<Integer> numbers(String value, long max) throws BadQueryException {
    Set<Integer> numbers = new TreeSet<>();
    for (String word : list(value)) {
      if (word.length() > 10 || !word.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw new BadQueryException("not a number: " + word + "; ids are decimal, not names");
      }
      long number = Long.parseLong(word);
      if (number > max) {
        throw new BadQueryException("too large: " + word);
      }
      numbers.add((int) number);
    }
    return numbers;
  }

  private static Set<Character> states(String value) throws BadQueryException {
    Set<Character> states = new TreeSet<>();
    for (String word : list(value)) {
      if (word.length() != 1 || STATES.indexOf(word.charAt(0)) < 0) {
        throw new BadQueryException("not a state: " + word + "; one letter of " + STATES);
      }
      states.add(word.charAt(0));
    }
    return states;
  }

  private static Set<String> names(String value) throws BadQueryException {
    Set<String> names = new TreeSet<>();
    for (String word : list(value)) {
      names.add(decode(word));
    }
    return names;
  }

  /**
   * Returns the path of a cgroup without slashes at its end.
   *
   * @param path one char per byte
   * @throws BadQueryException if it doesn't begin with a slash
   */
  private static String cgroup(String path) throws BadQueryException {
    if (!path.startsWith("/")) {
      throw new BadQueryException("a cgroup begins with /: " + path);
    }
    int length = path.length();
    while (length > 1 && path.charAt(length - 1) == '/') {
      length--;
    }
    return path.substring(0, length);
  }

  /**
   * Adds a word of a selection: {@code comm=java}, {@code uid=1000} or {@code
   * cgroup=web%2Fworkers}. A cgroup may lack its first slash, because a slash can't stand in a file
   * name.
   *
   * @throws BadQueryException if the value doesn't fit the key
   */
  public static Selection select(Selection from, String key, String value)
      throws BadQueryException {
    String decoded = decode(value);
    return switch (key) {
      case "comm" -> from.withComm(comm(decoded));
      case "uid" -> from.withUid(uid(value));
      case "cgroup" -> from.withCgroup(cgroup(anchored(decoded)));
      default -> throw new BadQueryException("unknown key: " + key);
    };
  }

  private static String comm(String name) throws BadQueryException {
    if (name.isEmpty() || name.length() >= ProcessRecord.COMM.count() || name.indexOf(0) >= 0) {
      throw new BadQueryException("a name has 1 to 15 bytes: " + name);
    }
    return name;
  }

  private static int uid(String value) throws BadQueryException {
    Set<Integer> uids = numbers(value, MAX_UID);
    if (uids.size() != 1 || value.indexOf(',') >= 0) {
      throw new BadQueryException("not a user id: " + value);
    }
    return uids.iterator().next();
  }

  private static String anchored(String path) throws BadQueryException {
    if (path.isEmpty() || path.indexOf(0) >= 0) {
      throw new BadQueryException(
          "not a cgroup: " + path + "; a slash in its path is written as %2F");
    }
    return path.startsWith("/") ? path : "/" + path;
  }

  private static Detail detail(String value) throws BadQueryException {
    return switch (value) {
      case "light" -> Detail.LIGHT;
      case "full" -> Detail.FULL;
      default -> throw new BadQueryException("fields are light or full: " + value);
    };
  }

  private static String[] list(String value) throws BadQueryException {
    String[] words = value.split(",", -1);
    for (String word : words) {
      if (word.isEmpty()) {
        throw new BadQueryException("empty in a list: " + value);
      }
    }
    return words;
  }

  /**
   * The bytes that a word stands for, one char per byte, because names from the kernel need not be
   * UTF-8.
   */
  private static String decode(String word) throws BadQueryException {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        decoded.put(bytes[i]);
        continue;
      }
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
      if (low < 0) {
        throw new BadQueryException("% needs two hexadecimal digits: " + word);
      }
      decoded.put((byte) (high << 4 | low));
      i += 2;
    }
    return new String(decoded.array(), 0, decoded.position(), StandardCharsets.ISO_8859_1);
  }
}
