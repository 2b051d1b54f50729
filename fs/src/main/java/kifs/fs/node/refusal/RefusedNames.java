package kifs.fs.node.refusal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.kernel.record.Escapes;

/**
 * Keeps the last names and queries that were refused, with the reasons, because the errno alone
 * doesn't say which part of a name is wrong. A user sees only the names that were refused to that
 * user; a client that sees everything sees all. What is kept is bounded in the number of users, in
 * the number of names of each user, in length and in age. Thread-safe: the monitor guards all
 * fields.
 */
final class RefusedNames {
  static final int MAX_USERS = 64;
  static final int MAX_NAMES_PER_USER = 32;
  static final int MAX_LENGTH = 200;
  static final Duration MAX_AGE = Duration.ofHours(1);

  /** What was refused. Refusals that are equal are kept once. */
  private record Refusal(long uid, Errno errno, String name, String reason) {}

  /**
   * How often the name was refused, and the last time.
   *
   * @param last when it was refused last
   * @param tid the thread that it was refused to last. By it a client finds its own line, which has
   *     only the part of the client's name up to what is wrong
   */
  private record Count(Instant last, int tid, int times) {}

  private final InstantSource clock;

  /** The names by user. The user whose name was refused last is at the end; names likewise. */
  private final Map<Long, Map<Refusal, Count>> users = new LinkedHashMap<>();

  RefusedNames(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Adds a name.
   *
   * @param caller the client that used the name
   * @param name the path below the mountpoint
   */
  synchronized void add(Caller caller, Errno errno, String name, String reason) {
    long uid = caller.uid();
    Map<Refusal, Count> names = users.remove(uid);
    names = names == null ? new LinkedHashMap<>() : names;
    Refusal refusal = new Refusal(uid, errno, kept(name), kept(reason));
    Count before = names.remove(refusal);
    names.put(
        refusal, new Count(clock.instant(), caller.tid(), before == null ? 1 : before.times + 1));
    dropFirstIfMoreThan(MAX_NAMES_PER_USER, names);
    users.put(uid, names);
    dropFirstIfMoreThan(MAX_USERS, users);
  }

  /** The text with one char for each byte, cut off if it is too long. */
  private static String kept(String text) {
    String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return bytes.length() <= MAX_LENGTH ? bytes : bytes.substring(0, MAX_LENGTH) + "...";
  }

  private static <K> void dropFirstIfMoreThan(int max, Map<K, ?> map) {
    if (map.size() > max) {
      map.remove(map.keySet().iterator().next());
    }
  }

  /**
   * What a user may see, as a line for each name, the oldest first.
   *
   * @param seesAll whether the user may see the names of others
   */
  synchronized String text(long uid, boolean seesAll) {
    Instant oldest = clock.instant().minus(MAX_AGE);
    users.values().forEach(names -> names.values().removeIf(count -> count.last.isBefore(oldest)));
    users.values().removeIf(Map::isEmpty);
    Stream<Map<Refusal, Count>> seen =
        seesAll ? users.values().stream() : Stream.of(users.getOrDefault(uid, Map.of()));
    List<Map.Entry<Refusal, Count>> lines = new ArrayList<>();
    seen.forEach(names -> lines.addAll(names.entrySet()));
    lines.sort(Comparator.comparing(line -> line.getValue().last));
    return lines.stream()
        .map(line -> line(line.getKey(), line.getValue()))
        .collect(Collectors.joining());
  }

  private static String line(Refusal refusal, Count count) {
    return String.join(
        " ",
        "time=" + count.last.truncatedTo(ChronoUnit.MILLIS),
        "tid=" + count.tid,
        "uid=" + refusal.uid,
        "error=" + refusal.errno,
        "times=" + count.times,
        "name=" + Escapes.word(refusal.name),
        "reason=" + Escapes.line(refusal.reason) + "\n");
  }
}
