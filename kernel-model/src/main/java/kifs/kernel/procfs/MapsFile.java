package kifs.kernel.procfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kifs.kernel.linux.Statx;
import kifs.kernel.locks.LockFacts;
import kifs.kernel.locks.Wait.LockedFile;

/**
 * {@code /proc/[pid]/maps}: {@code 7f00-7f10 rw-p 00001000 fe:00 85704 /path}, a line a mapping.
 */
final class MapsFile {
  private MapsFile() {}

  /** What is mapped at that address, and where in it the address lies. */
  static Optional<LockedFile> at(String text, long address) {
    for (String line : text.split("\n")) {
      String[] words = line.split(" +", 6);
      int dash = line.indexOf('-');
      if (words.length < 5 || dash < 0) {
        continue;
      }
      try {
        long start = Long.parseUnsignedLong(line, 0, dash, 16);
        long end = Long.parseUnsignedLong(line, dash + 1, words[0].length(), 16);
        if (Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0) {
          long offset = Long.parseUnsignedLong(words[2], 16) + address - start;
          String[] device = words[3].split(":");
          long inode = Long.parseUnsignedLong(words[4]);
          String name = words.length > 5 ? words[5] : "";
          return Optional.of(
              new LockedFile(
                  Statx.device(Integer.parseInt(device[0], 16), Integer.parseInt(device[1], 16)),
                  inode,
                  inode == 0 ? 0 : offset,
                  name));
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        // A line that isn't understood: the address may lie in another one.
        continue;
      }
    }
    return Optional.empty();
  }

  /** Everything that can be executed. */
  static List<LockFacts.Code> code(String text) {
    List<LockFacts.Code> code = new ArrayList<>();
    for (String line : text.split("\n")) {
      String[] words = line.split(" +", 6);
      int dash = line.indexOf('-');
      if (words.length < 5 || dash < 0 || words[1].indexOf('x') < 0) {
        continue;
      }
      try {
        code.add(
            new LockFacts.Code(
                Long.parseUnsignedLong(line, 0, dash, 16),
                Long.parseUnsignedLong(line, dash + 1, words[0].length(), 16),
                words.length > 5 ? words[5] : ""));
      } catch (NumberFormatException e) {
        // Then nothing is known of that code, and nothing is concluded from it.
        return List.of();
      }
    }
    return code;
  }
}
