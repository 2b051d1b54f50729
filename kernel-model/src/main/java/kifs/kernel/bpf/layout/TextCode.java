package kifs.kernel.bpf.layout;

/** A code that a program writes in place of a text's length if it has not written the text. */
public enum TextCode {
  LEFT_TO_PROC("/proc must be asked for the text"),
  UNCHANGED("the text is the one that was read last: the process has not run since");

  private final String doc;

  TextCode(String doc) {
    this.doc = doc;
  }

  /** The code. As an unsigned number it is larger than every length. */
  public int length() {
    return -1 - ordinal();
  }

  public String doc() {
    return doc;
  }
}
