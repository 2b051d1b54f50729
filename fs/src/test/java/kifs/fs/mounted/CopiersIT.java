package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which ways to copy a file of the tree get its content, docs/support.md. {@code $1} is the file,
 * {@code $2} the copy.
 */
@Timeout(120)
class CopiersIT {
  @Mounted("copiers")
  private static MountedKifs kifs;

  @TempDir Path directory;

  /** The size of a copy. */
  private long copied(String file, String command) throws IOException {
    Path copy = directory.resolve("copy");
    Run.of("bash", "-c", command, "bash", kifs.path(file).toString(), copy.toString()).ok();
    return Files.size(copy);
  }

  /** A file whose content could change, so that its size is reported as 0. */
  private static String executable() {
    return "processes/" + kifs.pid() + "/exe";
  }

  private static long size(String file) {
    return kifs.read(file).length();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat \"$1\" >\"$2\"",
        "cp \"$1\" \"$2\"",
        "dd if=\"$1\" of=\"$2\" bs=64k status=none",
        "install \"$1\" \"$2\"",
        "head -n 100000 \"$1\" >\"$2\"",
        "tail -n +1 \"$1\" >\"$2\"",
        "python3 -c 'import sys; a, b = sys.argv[1:]; open(b, \"wb\").write(open(a,"
            + " \"rb\").read())' \"$1\" \"$2\"",
        "python3 -c 'import shutil, sys; a, b = sys.argv[1:];"
            + " shutil.copyfileobj(open(a, \"rb\"), open(b, \"wb\"))' \"$1\" \"$2\"",
      })
  void whoeverReadsToTheEndGetsAll(String command) throws IOException {
    for (String file : List.of("schema/kifs.h", "README", executable())) {
      assertEquals(size(file), copied(file, command), file);
    }
  }

  /** The kernel moves the data of these up to the file's size, which is 0. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tar -cPf - \"$1\" | tar -xOPf - >\"$2\"",
        "python3 -c 'import shutil, sys; shutil.copyfile(*sys.argv[1:])' \"$1\" \"$2\"",
        "python3 -c 'import os, sys; a, b = sys.argv[1:];"
            + " os.sendfile(os.open(b, os.O_WRONLY | os.O_CREAT), os.open(a, os.O_RDONLY), 0, 9)'"
            + " \"$1\" \"$2\"",
      })
  void whoeverTrustsTheSizeGetsNothing(String command) throws IOException {
    assertEquals(0, copied(executable(), command));
  }

  /** docs/support.md: the way to archive files of the tree. */
  @Test
  void aCopyOfTheTreeCanBeArchived() throws IOException {
    String command = "cp \"$1\" \"$2.cp\" && tar -cPf - \"$2.cp\" | tar -xOPf - >\"$2\"";
    assertEquals(size(executable()), copied(executable(), command));
  }
}
