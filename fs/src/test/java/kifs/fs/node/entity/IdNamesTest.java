package kifs.fs.node.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdNamesTest {
  @Property
  void everyIdIsReadAsTheKernelWritesIt(@ForAll @IntRange(min = 1) int id) {
    assertEquals(id, IdNames.parse(Integer.toString(id)));
  }

  /** A process has exactly one name: a number in another form than the kernel's is no id. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "00",
        "01",
        "+1",
        "-1",
        " 1",
        "1 ",
        "1.",
        "0x1",
        "1e3",
        "self",
        "2147483648",
        "4294967297",
        "9999999999",
        "10000000000",
        "18446744073709551617",
        "\u0661",
        "\uff11",
        "1%"
      })
  void nothingElseIsAnId(String name) {
    assertEquals(-1, IdNames.parse(name));
  }

  @Property
  void aParsedNameIsTheWrittenId(@ForAll String name) {
    int id = IdNames.parse(name);
    assertEquals(id < 0 ? -1 : Integer.parseInt(name), id);
    assertEquals(id < 0 ? name : Integer.toString(id), name);
  }
}
