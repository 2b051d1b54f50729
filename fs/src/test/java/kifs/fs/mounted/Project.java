package kifs.fs.mounted;

import java.nio.file.Path;

/** Where things lie in the source tree. */
final class Project {
  static final Path ROOT = Path.of(System.getProperty("kifs.root", "..")).toAbsolutePath();
  static final Path TARGET = ROOT.resolve("fs/target");
  static final Path PYTHON = ROOT.resolve("fs/src/test/python");
  static final Path CLIENTS = ROOT.resolve("fs/src/main/clients");
  static final Path MOUNT = ROOT.resolve("mount.sh");
  static final Path JAR = TARGET.resolve("kifs.jar");
  static final Path DEMO = ROOT.resolve("test-data/simulated/demo.kifs");

  private Project() {}
}
