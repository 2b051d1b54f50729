package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.fs.node.entity.Attribute;
import kifs.fs.root.cgroups.CgroupAttributes;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;
import kifs.notifier.metric.Reading;
import kifs.testing.AccessPrograms;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No file of a cgroup shows a caller more, or lets it change more, than the kernel's own files of
 * the group do. One group is root's, and one was given to a user.
 */
@Timeout(300)
class CgroupAccessIT {
  private static final String ROOTS = "kifs-access-root";
  private static final String OWNERS = "kifs-access-owner";
  private static final String OWNER = "54001";
  private static final String GROUP = "54010";
  private static final Pattern FILE = Pattern.compile("\\b[a-z]+(?:\\.[a-z_]+)+\\b");
  private static final Path MOUNTS = Path.of("/sys/fs/cgroup");

  /** The kernel's file of each limit, of v2 and of v1. */
  private static final Map<String, List<String>> LIMITS =
      Map.ofEntries(
          Map.entry("cpu", List.of("cpu.max", "cpu.cfs_quota_us")),
          Map.entry("cpu.weight", List.of("cpu.weight", "cpu.shares")),
          Map.entry("memory", List.of("memory.max", "memory.limit_in_bytes")),
          Map.entry("memory.high", List.of("memory.high")),
          Map.entry("memory.reclaim", List.of("memory.reclaim")),
          Map.entry("pids", List.of("pids.max")),
          Map.entry("freeze", List.of("cgroup.freeze", "freezer.state")),
          Map.entry("kill", List.of("cgroup.kill")),
          Map.entry("io", List.of("io.max")),
          Map.entry("processes", List.of("cgroup.procs")),
          Map.entry("threads", List.of("cgroup.threads", "tasks")));

  /** Limits to which a caller writes something else than what it has read. */
  private static final List<String> ONE_WAY = List.of("memory.reclaim", "kill", "io");

  @Mounted(value = "cgroup-access", options = "--group=" + GROUP)
  private static MountedKifs kifs;

  private static Program targets;

  @BeforeAll
  static void makeGroups() throws IOException {
    assumeFalse(mounts().isEmpty(), "no cgroups");
    Files.setPosixFilePermissions(
        kifs.path().getParent(), Files.getPosixFilePermissions(Path.of("/usr")));
    targets = AccessPrograms.targets();
    for (Path mount : mounts()) {
      Run.of("mkdir", mount.resolve(ROOTS).toString(), mount.resolve(OWNERS).toString()).ok();
      Run.of("chown", "-R", OWNER + ":" + OWNER, mount.resolve(OWNERS).toString()).ok();
    }
  }

  @AfterAll
  static void removeGroups() throws IOException {
    targets.close();
    for (Path group : Stream.of(ROOTS, OWNERS).flatMap(CgroupAccessIT::directories).toList()) {
      Await.until("the group is empty", () -> group.toFile().delete());
    }
  }

  /** The hierarchies, except that of cpuset: a new group there takes no process. */
  private static List<Path> mounts() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .map(line -> line.split(" - |,| "))
        .filter(words -> Stream.of(words).anyMatch(word -> word.matches("cgroup2?")))
        .map(words -> Path.of(words[4]))
        .filter(mount -> mount.startsWith(MOUNTS) && !mount.endsWith("cpuset"))
        .toList();
  }

  private static Stream<Path> directories(String group) {
    try {
      return mounts().stream().map(mount -> mount.resolve(group)).filter(Files::exists);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The requests for the kernel's files that a text names, as far as the group has them. */
  private static List<String> sources(String group, String verb, String text) {
    List<String> requests = new ArrayList<>();
    Matcher names = FILE.matcher(text);
    while (names.find()) {
      kernelFile(group, names.group()).ifPresent(path -> requests.add(verb + path));
    }
    return requests;
  }

  private static Optional<Path> kernelFile(String group, String name) {
    return directories(group)
        .map(directory -> directory.resolve(name))
        .filter(Files::exists)
        .findFirst();
  }

  private static String sources(long fields) {
    return CgroupRecord.TYPE.fields().stream()
        .filter(field -> (fields & field.bit()) != 0)
        .map(Field::source)
        .collect(Collectors.joining(" "));
  }

  /** The requests to the tree about one group, each with those to the kernel. */
  private static Map<String, List<String>> requests(String group) throws IOException {
    Map<String, List<String>> requests = new LinkedHashMap<>();
    String directory = kifs.path("cgroups/" + group) + "/";
    Map<String, Attribute<?>> attributes = new TreeMap<>();
    for (Attribute<?> attribute : CgroupAttributes.ALL) {
      attributes.put(attribute.name(), attribute);
    }
    String all = sources(~0L);
    for (String name : names(Path.of(directory))) {
      if (List.of("limits", "notify", "groups").contains(name)) {
        continue;
      }
      String from =
          attributes.containsKey(name)
              ? sources(attributes.get(name).fields())
              : Map.of("bulk", all, "stat", all, "processes", "cgroup.procs").get(name);
      assertTrue(from != null, () -> "a new file: say what guards " + name);
      requests.put("read " + directory + name, sources(group, "read ", from));
    }
    requests.put("list " + directory + "groups", List.of());
    for (Metric metric : Metrics.of(EntityKind.CGROUP, false)) {
      Reading reading = metric.reading(EntityKind.CGROUP);
      if (reading != null) {
        String threshold = directory + "notify/" + metric.name() + "/above/1";
        requests.put("read " + threshold, sources(group, "read ", sources(reading.fields())));
      }
    }
    names(Path.of(directory + "limits"))
        .forEach(name -> addLimit(group, directory + "limits/", name, requests));
    return requests;
  }

  private static void addLimit(
      String group, String limits, String name, Map<String, List<String>> requests) {
    String from = String.join(" ", LIMITS.get(name)) + " ";
    boolean isTasks = from.contains("tasks ");
    List<String> verbs =
        name.equals("processes") || name.equals("threads")
            ? List.of("read ", "put " + AccessPrograms.pids(targets).get("owner") + " ")
            : ONE_WAY.contains(name) ? List.of("put 1 ") : List.of("read ", "rewrite ");
    for (String verb : verbs) {
      List<String> kernels = sources(group, verb, from);
      if (isTasks) {
        kernelFile(group, "tasks").ifPresent(path -> kernels.add(verb + path));
      }
      assertTrue(!kernels.isEmpty(), name);
      requests.put(verb + limits + name, kernels);
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** What a caller gets from the tree and from the kernel, for one request. */
  private record Cell(String caller, String request, boolean here, boolean inKernel) {}

  @Test
  void noFileShowsOrChangesMoreThanTheKernels() throws IOException {
    Map<String, List<String>> requests = new LinkedHashMap<>();
    requests.putAll(requests(ROOTS));
    requests.putAll(requests(OWNERS));
    String all = sources(~0L);
    requests.put("read " + kifs.path("hogs/cgroups"), sources(ROOTS, "read ", all));
    requests.put("read " + kifs.path("bulk?tags=cgroup&fields=full"), sources(ROOTS, "read ", all));
    List<Cell> cells = new ArrayList<>();
    for (String name : AccessIT.CALLERS) {
      try (Program caller = AccessPrograms.caller(name)) {
        requests.forEach(
            (request, kernels) ->
                cells.add(
                    new Cell(
                        name,
                        request,
                        AccessIT.isAllowed(caller, request),
                        kernels.stream().allMatch(one -> AccessIT.isAllowed(caller, one)))));
      }
    }
    Map<String, Long> numbers =
        cells.stream()
            .collect(
                Collectors.groupingBy(
                    cell -> "here " + cell.here() + " kernel " + cell.inKernel(),
                    TreeMap::new,
                    Collectors.counting()));
    System.out.println(
        "cgroup access: rows " + requests.size() + ", cells " + cells.size() + " " + numbers);
    assertEquals(
        List.of(),
        cells.stream().filter(c -> c.here() && !c.inKernel()).filter(c -> !isOtherPid(c)).toList());
    assertTrue(requests.size() > 150, "rows: " + requests.size());
    assertTrue(numbers.getOrDefault("here false kernel false", 0L) > 50, numbers::toString);
    // A group that was given to a user is in the hands of that user, through the tree, too.
    List<Cell> ofOwner =
        cells.stream()
            .filter(cell -> cell.caller().equals("owner") && cell.request().contains(OWNERS))
            .filter(cell -> cell.request().startsWith("rewrite "))
            .toList();
    assertTrue(ofOwner.size() >= 3 && ofOwner.stream().allMatch(Cell::here), ofOwner::toString);
    List<Cell> less =
        cells.stream().filter(c -> !c.here() && c.inKernel()).filter(c -> !isLess(c)).toList();
    assertEquals(List.of(), less);
  }

  /**
   * In a pid namespace the kernel's file takes the pid for another one; the tree has the host's.
   */
  private static boolean isOtherPid(Cell cell) {
    return cell.caller().endsWith("pid-namespace") && cell.request().startsWith("put ");
  }

  /** Cells in which docs/access.md says that kifs allows less than the kernel does. */
  private static boolean isLess(Cell cell) {
    return cell.caller().contains("namespace");
  }
}
