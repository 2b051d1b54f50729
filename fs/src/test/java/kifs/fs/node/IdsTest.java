package kifs.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "00",
        "01",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1x",
        "x1",
        "2147483648",
        "4294967297",
        "9999999999",
        "99999999999",
        "18446744073709551617",
        "1.0",
        "0x1",
        "\u0661",
        "\uff11"
      })
  void whatTheKernelWouldNotWriteIsNoId(String name) {
    assertEquals(-1, Ids.parse(name));
  }

  @Test
  void theLargest() {
    assertEquals(Integer.MAX_VALUE, Ids.parse("2147483647"));
  }

  @Property
  void ids(@ForAll @IntRange(min = 1) int id) {
    assertEquals(id, Ids.parse(Integer.toString(id)));
  }

  @Property
  void anythingElseIsNoId(@ForAll String name) {
    int id = Ids.parse(name);
    if (id != -1) {
      assertEquals(name, Integer.toString(id));
    }
  }
}
