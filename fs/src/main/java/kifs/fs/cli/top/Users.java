package kifs.fs.cli.top;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of users in {@code /etc/passwd}, which is read once. Not thread-safe. */
final class Users {
  private static final Path PASSWD = Path.of("/etc/passwd");

  private @Nullable Map<String, String> names;

  /** The name of a user; empty if it isn't known. */
  String name(long uid) {
    Map<String, String> known = names;
    if (known == null) {
      known = read();
      names = known;
    }
    return known.getOrDefault(Long.toString(uid), "");
  }

  private static Map<String, String> read() {
    Map<String, String> names = new HashMap<>();
    try {
      for (String line : Files.readAllLines(PASSWD, StandardCharsets.ISO_8859_1)) {
        String[] parts = line.split(":");
        if (parts.length > 2) {
          names.putIfAbsent(parts[2], parts[0]);
        }
      }
    } catch (IOException e) {
      // Then users have only numbers.
    }
    return names;
  }
}
