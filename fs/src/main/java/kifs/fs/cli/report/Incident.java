package kifs.fs.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/** All that a recording says, for a page. {@link Collector} fills it. Not thread-safe. */
final class Incident {
  private static final int STORIES = 10;

  /**
   * Something that happened.
   *
   * @param isSerious whether it stands out
   */
  record Event(long realtimeNs, String what, boolean isSerious) {}

  /** A thread in a deadlock. */
  record Member(int pid, int tid, String comm) {
    String title() {
      return comm + " " + pid + "/" + tid;
    }
  }

  /** An edge of a deadlock: a thread waits for another. */
  record Edge(Member waiter, Member owner, String kind, String object) {}

  /** A deadlock, as it was first seen. */
  record Deadlock(long number, int first, List<Edge> edges) {}

  /** A figure of the host. */
  enum Figure {
    CPU("CPU busy", "%"),
    MEMORY("Memory in use", "bytes"),
    PRESSURE("Time lost for lack of CPU", "%"),
    RUNNABLE("Threads that run or want to", ""),
    BLOCKED("Threads that wait for I/O", ""),
    PROCESSES("Processes", "");

    final String title;
    final String unit;

    Figure(String title, String unit) {
      this.title = title;
      this.unit = unit;
    }
  }

  String host = "";
  final List<Long> times = new ArrayList<>();
  final List<Event> events = new ArrayList<>();
  final Map<Long, Deadlock> deadlocks = new LinkedHashMap<>();
  final Map<Long, Story> stories = new LinkedHashMap<>();
  final Map<Figure, Series> figures = new LinkedHashMap<>();

  Incident() {
    for (Figure figure : Figure.values()) {
      figures.put(figure, new Series());
    }
  }

  void add(long realtimeNs, String what, boolean isSerious) {
    events.add(new Event(realtimeNs, what, isSerious));
  }

  /**
   * The processes that matter: those that something happened to, and in turn the greatest users.
   */
  List<Story> matter() {
    Set<Story> chosen = new LinkedHashSet<>();
    stories.values().stream()
        .filter(story -> story.isNotable)
        .limit(STORIES / 2)
        .forEach(chosen::add);
    List<List<Story>> ranks =
        List.of(
            ranked(story -> story.cpuNs),
            ranked(story -> story.peakRss),
            ranked(story -> story.ioBytes));
    for (int place = 0; place < STORIES; place++) {
      for (List<Story> rank : ranks) {
        if (place < rank.size() && chosen.size() < STORIES) {
          chosen.add(rank.get(place));
        }
      }
    }
    return List.copyOf(chosen);
  }

  /** The processes with the most of something, the greatest first, without those that have none. */
  List<Story> ranked(ToLongFunction<Story> by) {
    return stories.values().stream()
        .filter(story -> by.applyAsLong(story) > 0)
        .sorted(Comparator.comparingLong(by).reversed())
        .toList();
  }
}
