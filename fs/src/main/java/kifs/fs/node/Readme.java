package kifs.fs.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The README at the root of the tree: a page of prose, and the attributes as the tables have them.
 */
final class Readme {
  private Readme() {}

  static String text() {
    return prose()
        + "\nATTRIBUTES\n"
        + section("system/", SystemAttributes.ALL)
        + section(
            "processes/<pid>/ (fds: fds.count, threads: threads.count)", ProcessAttributes.ALL)
        + section("processes/sum/", TotalAttributes.PROCESSES)
        + section("processes/<pid>/threads/<tid>/", ThreadAttributes.ALL)
        + section("processes/<pid>/threads/sum/", TotalAttributes.THREADS)
        + section("shm/<id>/ (users: users.count)", ShmAttributes.ALL)
        + section("shm/sum/", ShmAttributes.SUM)
        + hogs();
  }

  private static String hogs() {
    return Hogs.ALL.stream()
        .map(hog -> "  %-22s %s%n".formatted(hog.name(), hog.doc()))
        .collect(Collectors.joining("", "\nhogs/\n", ""));
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
