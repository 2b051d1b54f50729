package kifs.kernel.record;

import java.util.ArrayList;
import java.util.List;

/**
 * The fields of one line of a pressure file: the time in which tasks were stalled by lack of a
 * resource. The host has such files in /proc/pressure, a cgroup of version 2 in its directory.
 * Immutable.
 */
public final class Pressure {
  private final String resource;
  private final String share;
  private final Field total;
  private final List<Field> averages;

  /**
   * Defines the fields of one line.
   *
   * @param resource {@code cpu}, {@code memory} or {@code io}
   * @param share {@code some} or {@code full}
   * @param file the file that has the line
   * @param seconds the windows of the averages that the record has, shortest first
   */
  Pressure(Layout layout, String resource, String share, String file, int... seconds) {
    this.resource = resource;
    this.share = share;
    String prefix = "pressure_" + resource + "_" + share;
    String who = share.equals("some") ? "some task" : "every task";
    String line = file + ", " + share + " ";
    total =
        layout.counter(
            prefix + "_ns", "ns", "time in which " + who + " lacked " + resource, line + "total");
    List<Field> fields = new ArrayList<>();
    for (int window : seconds) {
      fields.add(
          layout.f64(
              prefix + "_avg" + window + "_percent",
              "%",
              "share of the last " + window + " s in which " + who + " lacked " + resource,
              line + "avg" + window));
    }
    averages = List.copyOf(fields);
  }

  /** {@code cpu}, {@code memory} or {@code io}. */
  public String resource() {
    return resource;
  }

  /** {@code some}: at least one task was stalled; {@code full}: all tasks were stalled at once. */
  public String share() {
    return share;
  }

  /** The field of the stalled time since the host booted or the cgroup was created, ns. */
  public Field total() {
    return total;
  }

  /** The fields of the shares of the last 10, 60 and 300 seconds, percent; at least the first. */
  public List<Field> averages() {
    return averages;
  }
}
