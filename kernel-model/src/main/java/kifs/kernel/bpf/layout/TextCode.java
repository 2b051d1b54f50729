package kifs.kernel.bpf.layout;

/** What a program writes in place of a text's length where it has not written the text. */
public enum TextCode {
  LEFT_TO_PROC("/proc must be asked for the text"),
  BUSY("the process holds its memory's lock and must be asked again later"),
  UNCHANGED("the text is the one that was read last: the process has not run since");

  private final String doc;

  TextCode(String doc) {
    this.doc = doc;
  }

  /** The code, larger than every length when it is read without a sign. */
  public int length() {
    return -1 - ordinal();
  }

  public String doc() {
    return doc;
  }
}
