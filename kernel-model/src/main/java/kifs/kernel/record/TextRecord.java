package kifs.kernel.record;

/**
 * TEXT holds text of any length: its bytes follow the header, with at least one NUL behind them,
 * padded to 8. Other records say where a text begins (from the bulk's first byte) and how long it
 * is. Texts are raw bytes of the kernel's: nothing is escaped, UTF-8 is not promised.
 */
public final class TextRecord {
  private static final Layout LAYOUT =
      new Layout(2, "TEXT", "text of any length, referred to by offset and length");

  public static final RecordType TYPE = LAYOUT.varying();

  private TextRecord() {}
}
