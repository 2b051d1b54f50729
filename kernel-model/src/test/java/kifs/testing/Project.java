package kifs.testing;

import java.nio.file.Path;

/** Paths in the source tree. */
public final class Project {
  public static final Path ROOT = Path.of(System.getProperty("kifs.root", "..")).toAbsolutePath();
  public static final Path TEST_DATA = ROOT.resolve("test-data");

  /** The sources of the C programs that tests start. */
  public static final Path PROGRAMS = TEST_DATA.resolve("programs");

  /** The directory into which {@link Programs} builds. */
  public static final Path BUILT_PROGRAMS = ROOT.resolve("target/test-programs");

  public static final Path FS_TARGET = ROOT.resolve("fs/target");
  public static final Path PYTHON = ROOT.resolve("fs/src/test/python");
  public static final Path CLIENTS = ROOT.resolve("fs/src/main/clients");
  public static final Path MOUNT = ROOT.resolve("mount.sh");
  public static final Path KIFS = ROOT.resolve("kifs");
  public static final Path JAR = FS_TARGET.resolve("kifs.jar");
  public static final Path DEMO = TEST_DATA.resolve("simulated/demo.kifs");

  /** A script with a million threads. */
  public static final Path MILLION = TEST_DATA.resolve("simulated/million.kifs");

  private Project() {}
}
