package kifs.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import kifs.testing.Project;

/**
 * Bytes kept as text in {@code test-data/golden}, 16 per line. {@code mvn -pl kernel-model test
 * -Dkifs.golden=write} writes these files again.
 */
final class Golden {
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
  private static final int LINE = 16;

  private Golden() {}

  static void check(String name, byte[] bytes) throws IOException {
    Path file = Project.TEST_DATA.resolve("golden/" + name + ".hex");
    String text = text(bytes);
    if ("write".equals(System.getProperty("kifs.golden"))) {
      Files.writeString(file, text);
    }
    assertEquals(Files.readString(file), text, "bytes of " + name);
  }

  private static String text(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < bytes.length; at += LINE) {
      int end = Math.min(bytes.length, at + LINE);
      out.append(String.format("%04x  %s\n", at, HEX.formatHex(bytes, at, end)));
    }
    return out.toString();
  }
}
