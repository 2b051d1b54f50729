package kifs.fs.root.cgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CgroupNamesTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\0',
      value = {
        "web.slice, web.slice",
        "user@1000.service, user@1000.service",
        "a:b (deleted), a:b%20(deleted)",
        "dev-\\x2d.mount, dev-\\x2d.mount",
        ".hidden, %2Ehidden",
        "100%, 100%25",
        "bulk, %62ulk",
        "bulk?uid=0, %62ulk?uid=0",
        "each, %65ach",
        "sum, %73um",
        "\u00c3\u00a9, %C3%A9",
        "\u00ff, %FF",
      })
  void everyByteThatIsNotVisibleIsEscaped(String name, String file) {
    assertEquals(file, CgroupNames.encode(name, false));
    assertEquals(Optional.of(name), CgroupNames.decode(file, false));
  }

  @Test
  void controlCharactersAreEscaped() {
    assertEquals("a%1B[31m%0A%7F", CgroupNames.encode("a\u001b[31m\n\u007f", false));
  }

  /** The root group's own files are beside the groups directly below it. */
  @Test
  void aNameThatTheRootGroupHasIsEscapedOnlyBesideIt() {
    assertEquals("%6Demory", CgroupNames.encode("memory", true));
    assertEquals("memory", CgroupNames.encode("memory", false));
    assertEquals(Optional.of("memory"), CgroupNames.decode("%6Demory", true));
    assertEquals(Optional.empty(), CgroupNames.decode("memory", true));
    assertEquals("cgroups/%6Demory/groups/memory", CgroupNames.pathname("/memory/memory"));
    assertEquals("cgroups", CgroupNames.pathname("/"));
  }

  @ParameterizedTest
  @CsvSource({"%77eb", "a%2f", "%", "a%2", "a%zz", "..", ".", "a b", "%2fa%2", "''"})
  void aGroupHasOneNameOnly(String file) {
    assertEquals(Optional.empty(), CgroupNames.decode(file, false));
  }

  @Test
  void anyNameComesBack() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder made = new StringBuilder();
      for (int length = 1 + random.nextInt(12); length > 0; length--) {
        char c = (char) (1 + random.nextInt(255));
        made.append(c == '/' ? '%' : c);
      }
      String name = made.toString();
      boolean isTop = random.nextBoolean();
      String file = CgroupNames.encode(name, isTop);
      assertTrue(file.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '/'), file);
      assertEquals(Optional.of(name), CgroupNames.decode(file, isTop));
    }
  }
}
