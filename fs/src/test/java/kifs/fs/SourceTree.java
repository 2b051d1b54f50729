package kifs.fs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import kifs.testing.Project;

/**
 * The files of the repository, without those that builds make. Documents are checked against it.
 */
final class SourceTree {
  private static final Set<String> NOT_SOURCES = Set.of(".git", "target", "__pycache__");

  private static final List<Path> FILES = walk();

  private SourceTree() {}

  private static List<Path> walk() {
    try (Stream<Path> all = Files.walk(Project.ROOT)) {
      return all.map(Project.ROOT::relativize).filter(SourceTree::isSource).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSource(Path path) {
    for (Path name : path) {
      if (NOT_SOURCES.contains(name.toString())) {
        return false;
      }
    }
    return true;
  }

  /** Whether there is a file or a directory at that path. */
  static boolean has(String path) {
    return Files.exists(Project.ROOT.resolve(path));
  }

  /** Whether the first name of a path is a directory of the repository. */
  static boolean isInside(String path) {
    Path normal = Path.of(path).normalize();
    if (!path.contains("/") || normal.getNameCount() == 0) {
      return false;
    }
    String first = normal.getName(0).toString();
    return !first.equals("..") && has(first);
  }

  /** The files of that name, in all directories. */
  static List<Path> named(String name) {
    return FILES.stream().filter(path -> path.endsWith(name)).toList();
  }

  /** The source files of a Java class by its simple name. */
  static List<Path> classes(String name) {
    return named(name + ".java");
  }

  static String read(Path path) {
    try {
      return Files.readString(Project.ROOT.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
