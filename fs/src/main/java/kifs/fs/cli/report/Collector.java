package kifs.fs.cli.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.WaitKind;
import kifs.kernel.record.WaitRecord;
import org.jspecify.annotations.Nullable;

/** Takes the bulks of a recording, one after another. Not thread-safe. */
public final class Collector {
  /** More events of one threshold than that make no page that anybody reads. */
  private static final int MAX_EVENTS = 2000;

  /** Places in the list of CPU times. */
  private static final int IDLE = 3;

  private static final int IO_WAIT = 4;
  private static final int STEAL = 7;

  private final Incident incident = new Incident();
  private final List<Threshold> thresholds;
  private final Map<Threshold, Set<Long>> exceeding = new HashMap<>();
  private final Record host = Record.allocate(SystemRecord.TYPE);
  private final Record hostBefore = Record.allocate(SystemRecord.TYPE);
  private Set<Long> deadlocked = Set.of();
  private @Nullable UUID boot;
  private long boottimeNs;
  private int moment = -1;
  private long now;
  private boolean isFirst = true;
  private double intervalNs;

  public Collector(List<Threshold> thresholds) {
    this.thresholds = thresholds;
    thresholds.forEach(threshold -> exceeding.put(threshold, new HashSet<>()));
  }

  /** Notes that no bulks were taken for a while. */
  public void gap(long realtimeNs, long lengthNs, String cause) {
    incident.add(
        realtimeNs, "Nothing was recorded for " + Page.duration(lengthNs) + ": " + cause, true);
  }

  /** Takes a bulk. */
  public void take(BulkReader bulk) {
    Record snapshot = bulk.snapshot();
    moment++;
    now = snapshot.get(SnapshotRecord.REALTIME);
    incident.times.add(now);
    incident.host = Html.shown(snapshot.bytes(SnapshotRecord.HOST));
    UUID present = bulk.boot();
    isFirst = !present.equals(boot);
    if (isFirst && moment > 0) {
      incident.add(now, "The host was restarted", true);
    }
    boot = present;
    long boottime = snapshot.get(SnapshotRecord.BOOTTIME);
    intervalNs = isFirst ? 0 : boottime - boottimeNs;
    boottimeNs = boottime;
    bulk.forEach(SystemRecord.TYPE, record -> host(bulk, record));
    processes(bulk);
    deadlocks(bulk);
  }

  private void host(BulkReader bulk, Record record) {
    host.copy(record);
    figure(Incident.Figure.MEMORY, (double) used(), SystemRecord.MEMORY_AVAILABLE);
    figure(Incident.Figure.RUNNABLE, host.getDouble(SystemRecord.RUNNABLE), SystemRecord.RUNNABLE);
    figure(Incident.Figure.BLOCKED, host.getDouble(SystemRecord.BLOCKED), SystemRecord.BLOCKED);
    figure(
        Incident.Figure.PROCESSES, host.getDouble(SystemRecord.PROCESSES), SystemRecord.PROCESSES);
    if (intervalNs > 0) {
      rates();
    }
    for (Threshold threshold : thresholds) {
      if (threshold.type() == SystemRecord.TYPE) {
        crossed(threshold, 0, threshold.rows().passes(bulk, record), "The host");
      }
    }
    hostBefore.copy(host);
  }

  private long used() {
    return host.get(SystemRecord.MEMORY_TOTAL) - host.get(SystemRecord.MEMORY_AVAILABLE);
  }

  private void figure(Incident.Figure figure, double value, Field field) {
    Series series = incident.figures.get(figure);
    if (series != null) {
      series.set(moment, host.has(field) ? value : Double.NaN);
    }
  }

  private void rates() {
    double all = 0;
    for (Field field : SystemRecord.TIMES.subList(0, STEAL + 1)) {
      all += grown(field);
    }
    Field user = SystemRecord.TIMES.get(0);
    double idle = grown(SystemRecord.TIMES.get(IDLE)) + grown(SystemRecord.TIMES.get(IO_WAIT));
    double steal = grown(SystemRecord.TIMES.get(STEAL));
    double busy = all > 0 ? 100 * (all - idle - steal) / all : Double.NaN;
    figure(Incident.Figure.CPU, busy, user);
    Field pressure = SystemRecord.TYPE.field("pressure_cpu_some_ns");
    if (pressure != null) {
      figure(Incident.Figure.PRESSURE, 100 * grown(pressure) / intervalNs, pressure);
    }
    long kills = (long) grown(SystemRecord.OOM_KILLS);
    if (kills > 0 && host.has(SystemRecord.OOM_KILLS) && hostBefore.has(SystemRecord.OOM_KILLS)) {
      incident.add(now, "The OOM killer ended " + kills + " processes", true);
    }
  }

  private double grown(Field field) {
    return Math.max(0, host.get(field) - hostBefore.get(field));
  }

  private void processes(BulkReader bulk) {
    bulk.forEach(ProcessRecord.TYPE, record -> process(bulk, record));
    for (Map.Entry<Threshold, Set<Long>> each : exceeding.entrySet()) {
      // What has ended exceeds nothing any more.
      each.getValue().removeIf(id -> id != 0 && last(id) != moment);
    }
  }

  private int last(long id) {
    Story story = incident.stories.get(id);
    return story == null ? -1 : story.last;
  }

  /** Identifies a process within all boots of a recording, as far as 64 bits can. */
  private long id(Record record) {
    long start = record.get(ProcessRecord.START) ^ Objects.hashCode(boot);
    return start * 0x9E37_79B9_7F4A_7C15L ^ record.get(ProcessRecord.PID) + 1;
  }

  private void process(BulkReader bulk, Record record) {
    long id = id(record);
    long runtime = record.get(ProcessRecord.RUNTIME);
    long io = record.get(ProcessRecord.READ) + record.get(ProcessRecord.WRITE);
    Story story = incident.stories.get(id);
    if (story == null) {
      int pid = (int) record.get(ProcessRecord.PID);
      story = new Story(pid, record.get(ProcessRecord.START), moment);
      incident.stories.put(id, story);
    } else if (story.last == moment - 1 && intervalNs > 0) {
      long grown = Math.max(0, runtime - story.runtimeNs);
      story.cpuNs += grown;
      story.ioBytes += Math.max(0, io - story.io);
      story.cpu.set(moment, 100 * grown / intervalNs);
    }
    story.last = moment;
    story.runtimeNs = runtime;
    story.io = io;
    story.comm = Html.shown(record.bytes(ProcessRecord.COMM));
    story.uid = record.get(ProcessRecord.UID);
    long rss = record.get(ProcessRecord.RSS);
    story.peakRss = Math.max(story.peakRss, rss);
    story.rss.set(moment, (double) rss);
    for (Threshold threshold : thresholds) {
      if (threshold.type() == ProcessRecord.TYPE) {
        boolean passes = threshold.rows().passes(bulk, record);
        story.isNotable |= passes;
        crossed(threshold, id, passes, story.title());
      }
    }
  }

  private void crossed(Threshold threshold, long id, boolean passes, String who) {
    Set<Long> above = exceeding.getOrDefault(threshold, new HashSet<>());
    if (incident.events.size() >= MAX_EVENTS) {
      return;
    }
    if (passes && above.add(id)) {
      incident.add(now, who + ": " + threshold.text(), true);
    } else if (!passes && above.remove(id)) {
      incident.add(now, who + ": no longer " + threshold.text(), false);
    }
  }

  private void deadlocks(BulkReader bulk) {
    Map<Long, List<Incident.Edge>> edges = new HashMap<>();
    bulk.forEach(
        WaitRecord.TYPE,
        record -> {
          long number = record.get(WaitRecord.DEADLOCK);
          if (number != 0) {
            edges.computeIfAbsent(number, n -> new ArrayList<>()).add(edge(bulk, record));
          }
        });
    for (Map.Entry<Long, List<Incident.Edge>> each : edges.entrySet()) {
      long number = each.getKey();
      if (!deadlocked.contains(number) && !incident.deadlocks.containsKey(number)) {
        incident.deadlocks.put(number, new Incident.Deadlock(number, moment, each.getValue()));
        // At the first moment, it isn't known since when.
        String what = moment == 0 ? " was there before the recording" : " began";
        incident.add(now, "Deadlock " + number + what, true);
        each.getValue().forEach(edge -> markNotable(edge.waiter().pid()));
      }
    }
    for (long number : deadlocked) {
      if (!edges.containsKey(number)) {
        incident.add(now, "Deadlock " + number + " ended", false);
      }
    }
    deadlocked = Set.copyOf(edges.keySet());
  }

  private void markNotable(int pid) {
    incident.stories.values().stream()
        .filter(story -> story.pid == pid && story.last == moment)
        .forEach(story -> story.isNotable = true);
  }

  private static Incident.Edge edge(BulkReader bulk, Record record) {
    byte[] mapping = bulk.text(record, WaitRecord.MAPPING_OFFSET, WaitRecord.MAPPING_LENGTH);
    int ownerPid = (int) record.get(WaitRecord.OWNER_PID);
    int ownerTid = (int) record.get(WaitRecord.OWNER_TID);
    return new Incident.Edge(
        new Incident.Member(
            (int) record.get(WaitRecord.WAITER_PID),
            (int) record.get(WaitRecord.WAITER_TID),
            Html.shown(record.bytes(WaitRecord.WAITER_COMM))),
        new Incident.Member(
            ownerPid,
            ownerTid == 0 ? ownerPid : ownerTid,
            Html.shown(record.bytes(WaitRecord.OWNER_COMM))),
        WaitKind.of(record.get(WaitRecord.KIND)).label(),
        Html.shown(mapping));
  }

  /**
   * The page about all bulks so far.
   *
   * @param name what the page is about
   */
  public String page(String name) {
    Unusual.find(incident);
    return new Page(incident, name).html();
  }
}
