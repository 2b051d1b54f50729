package kifs.testing;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of the kernel on which the tests run. Where docs/support.md names a version, a test
 * demands what that version provides. Stateless.
 */
public final class HostKernel {
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

  private HostKernel() {}

  /** Whether the kernel's version is this one or a later one. */
  public static boolean isAtLeast(int major, int minor) {
    String release = System.getProperty("os.version");
    Matcher version = VERSION.matcher(release);
    if (!version.matches()) {
      throw new AssertionError("the kernel's release is no version: " + release);
    }
    int hostMajor = Integer.parseInt(version.group(1));
    int hostMinor = Integer.parseInt(version.group(2));
    return hostMajor > major || hostMajor == major && hostMinor >= minor;
  }
}
