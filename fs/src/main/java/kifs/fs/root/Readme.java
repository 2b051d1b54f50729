package kifs.fs.root;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import kifs.fs.node.entity.Attribute;
import kifs.fs.root.cgroups.CgroupAttributes;
import kifs.fs.root.hogs.Hogs;
import kifs.fs.root.processes.ProcessAttributes;
import kifs.fs.root.processes.TotalAttributes;
import kifs.fs.root.processes.threads.ThreadAttributes;
import kifs.fs.root.shm.ShmAttributes;
import kifs.fs.root.system.SystemAttributes;
import kifs.kernel.limits.LimitKind;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;

/**
 * The README at the root of the tree: a page of prose, then the attributes and metrics from their
 * tables.
 */
public final class Readme {
  private static final int WIDTH = 96;

  private Readme() {}

  public static String text() {
    return prose()
        + "\nATTRIBUTES\n"
        + section("system/", SystemAttributes.ALL)
        + section(
            "processes/<pid>/ (fds: fds.count, threads: threads.count)", ProcessAttributes.ALL)
        + section("processes/sum/", TotalAttributes.PROCESSES)
        + section("processes/<pid>/threads/<tid>/", ThreadAttributes.ALL)
        + section("processes/<pid>/threads/sum/", TotalAttributes.THREADS)
        + section("cgroups/<name>/, and the root group in cgroups/", CgroupAttributes.ALL)
        + section("cgroups/sum/, cgroups/<name>/groups/sum/", CgroupAttributes.SUM)
        + limits("processes/<pid>/limits/", LimitKind.OF_PROCESSES)
        + limits("processes/<pid>/threads/<tid>/limits/", LimitKind.OF_THREADS)
        + section("shm/<id>/ (users: users.count)", ShmAttributes.ALL)
        + section("shm/sum/", ShmAttributes.SUM)
        + "\nhogs/\n"
        + Hogs.list()
        + "\nMETRICS  for notify/; schema/metrics lists their units and meaning\n"
        + metrics("system/notify/", EntityKind.SYSTEM, false)
        + metrics("processes/<pid>/notify/, processes/each/notify/", EntityKind.PROCESS, false)
        + metrics("processes/sum/notify/", EntityKind.PROCESS, true)
        + metrics(
            "processes/<pid>/threads/<tid>/notify/, threads/each/notify/", EntityKind.THREAD, false)
        + metrics("processes/<pid>/threads/sum/notify/", EntityKind.THREAD, true)
        + metrics(
            "cgroups/<name>/notify/, cgroups/notify/ (the root group), each/notify/",
            EntityKind.CGROUP,
            false)
        + metrics("cgroups/sum/notify/, groups/sum/notify/", EntityKind.CGROUP, true)
        + metrics("shm/<id>/notify/, shm/each/notify/", EntityKind.SHM, false)
        + metrics("shm/sum/notify/", EntityKind.SHM, true)
        + metrics("locks/notify/", EntityKind.LOCKS, false);
  }

  private static String metrics(String directory, EntityKind kind, boolean sum) {
    StringBuilder out = new StringBuilder("\n").append(directory);
    int column = WIDTH;
    for (Metric metric : Metrics.of(kind, sum)) {
      if (column + 1 + metric.name().length() > WIDTH) {
        out.append("\n ");
        column = 1;
      }
      out.append(' ').append(metric.name());
      column += 1 + metric.name().length();
    }
    return out.append('\n').toString();
  }

  private static String limits(String directory, List<LimitKind> kinds) {
    return kinds.stream()
        .map(kind -> "  %-22s %s%n".formatted(kind.name(), kind.doc()))
        .collect(Collectors.joining("", "\n" + directory + "\n", ""));
  }

  private static String prose() {
    try (InputStream in = Readme.class.getResourceAsStream("/kifs/README")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <E> String section(String directory, List<Attribute<E>> table) {
    return table.stream()
        .map(attribute -> "  %-22s %s%n".formatted(attribute.name(), attribute.doc()))
        .collect(Collectors.joining("", "\n" + directory + "\n", ""));
  }
}
