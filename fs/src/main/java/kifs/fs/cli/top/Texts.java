package kifs.fs.cli.top;

import java.nio.charset.StandardCharsets;

/** Texts of processes as characters of a screen. Stateless. */
final class Texts {
  private Texts() {}

  /**
   * The characters of bytes in UTF-8; what is no UTF-8 becomes U+FFFD.
   *
   * @param raw one char for each byte, without control characters
   */
  static String shown(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) >= 0x80) {
        return new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
    }
    return raw;
  }
}
