package kifs.kernel.record;

/**
 * TEXT holds a text of any length. The text's bytes follow the header; at least one NUL follows the
 * text, and the record is padded to a multiple of 8 bytes. Other records refer to a text by its
 * offset from the bulk's first byte and its length. Texts are the kernel's raw bytes: nothing is
 * escaped, and they need not be UTF-8.
 */
public final class TextRecord {
  private static final Layout LAYOUT =
      new Layout(2, "TEXT", "text of any length, referred to by offset and length");

  public static final RecordType TYPE = LAYOUT.varying();

  private TextRecord() {}
}
