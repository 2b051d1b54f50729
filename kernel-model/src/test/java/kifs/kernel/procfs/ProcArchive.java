package kifs.kernel.procfs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kifs.testing.Project;

/**
 * Unpacks a /proc tree from text. test-data/proc/README.md describes the format. Not thread-safe.
 */
final class ProcArchive {
  private static final String HEADER = "== ";
  private static final String LINK = " -> ";

  private final Path root;
  private Path file;
  private ByteArrayOutputStream content;

  private ProcArchive(Path root) {
    this.root = root;
  }

  /** Unpacks an archive of test-data/proc into a directory, which it returns. */
  static Path unpack(String name, Path root) throws IOException {
    Path archive = Project.TEST_DATA.resolve("proc").resolve(name);
    return unpackText(Files.readString(archive, StandardCharsets.ISO_8859_1), root);
  }

  static Path unpackText(String text, Path root) throws IOException {
    ProcArchive archive = new ProcArchive(root);
    String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    for (String line : body.split("\n", -1)) {
      archive.line(line);
    }
    archive.end();
    return root;
  }

  private void line(String line) throws IOException {
    if (!line.startsWith(HEADER)) {
      boolean last = line.endsWith("\\");
      append(last ? line.substring(0, line.length() - 1) : line);
      if (!last) {
        content.write('\n');
      }
      return;
    }
    end();
    String path = line.substring(HEADER.length());
    int arrow = path.indexOf(LINK);
    file = root.resolve(arrow < 0 ? path : path.substring(0, arrow));
    Files.createDirectories(file.getParent());
    if (arrow < 0) {
      content = new ByteArrayOutputStream();
    } else {
      Files.createSymbolicLink(file, Path.of(path.substring(arrow + LINK.length())));
    }
  }

  private void append(String line) {
    for (int i = 0; i < line.length(); i++) {
      if (line.startsWith("\\x", i)) {
        content.write(Integer.parseInt(line.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        content.write(line.charAt(i));
      }
    }
  }

  private void end() throws IOException {
    if (content != null) {
      Files.write(file, content.toByteArray());
      content = null;
    }
  }
}
