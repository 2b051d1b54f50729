package kifs.fs.daemon;

/** The version of kifs, from the manifest of the jar. */
public final class Version {
  private Version() {}

  /** The version; {@code development} if the classes don't come from the jar. */
  public static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
