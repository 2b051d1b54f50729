package kifs.fs.daemon;

/** The version of kifs, from the jar's manifest. */
public final class Version {
  private Version() {}

  /** The version, or {@code development} where the classes don't come from the jar. */
  public static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
