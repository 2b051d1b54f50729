package kifs.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The rules that all definitions follow, so that readers can rely on them. */
class RecordDefinitionsTest {
  static final Iterable<RecordType> ALL = Records.ALL;

  private static final Map<String, String> SUFFIXES =
      Map.of("bytes", "bytes", "ns", "ns", "us", "us", "s", "s", "%", "percent");

  @Test
  void tagsAndNamesAreUniqueAndFound() {
    Set<Integer> tags = new HashSet<>();
    int before = 0;
    for (RecordType type : Records.ALL) {
      assertTrue(tags.add(type.tag()));
      assertTrue(type.tag() > before, type + " is not in tag order");
      before = type.tag();
      assertSame(type, Records.byTag(type.tag()));
      assertSame(type, Records.byName(type.name().toLowerCase(Locale.ROOT)));
      assertFalse(type.doc().isBlank());
    }
    assertNull(Records.byTag(0xFFFF));
    assertNull(Records.byName("nothing"));
  }

  @Test
  void sizesThatClientsDependOn() {
    assertEquals(352, ProcessRecord.TYPE.size());
    assertEquals(160, SnapshotRecord.TYPE.size());
    assertEquals(16, LimitsRecord.LIMITS.size());
    assertEquals("nofile", LimitsRecord.LIMITS.get(7).name());
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void fieldsAreAlignedAndAdjacent(RecordType type) {
    assertEquals(0, type.size() % 8);
    int end = Layout.HEADER_BYTES;
    int number = 0;
    for (Field field : type.fields()) {
      String name = type + "." + field;
      assertEquals(number++, field.number(), name);
      assertEquals(0, field.offset() % field.type().bytes(), name);
      int gap = field.offset() - end;
      // A gap is reserved explicitly, and is never larger than the alignment of the next field
      // needs.
      assertTrue(gap >= 0 && gap < 8 && (gap == 0 || end % 8 != 0), name + ": gap of " + gap);
      end = field.offset() + field.size();
    }
    assertEquals(end, type.size(), type + " ends in bytes that no field has");
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void namesEndWithTheirUnits(RecordType type) {
    Set<String> names = new HashSet<>();
    for (Field field : type.fields()) {
      String name = type + "." + field;
      assertTrue(names.add(field.name()), name);
      assertTrue(field.name().matches("[a-z][a-z0-9]*(_[a-z0-9]+)*"), name);
      assertFalse(field.doc().isBlank(), name);
      assertFalse(field.doc().contains("|") || field.source().contains("|"), name);
      assertFalse(field.doc().contains("*/"), name);
      if (!field.unit().isEmpty()) {
        assertNotNull(SUFFIXES.get(field.unit()), name + ": a unit that is not known");
      }
      String last = field.name().substring(field.name().lastIndexOf('_') + 1);
      assertEquals(
          field.unit().isEmpty() ? null : SUFFIXES.get(field.unit()),
          SUFFIXES.containsValue(last) ? last : null,
          name + " is in " + field.unit());
    }
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void absentHasTheSameOffsetInAllTypes(RecordType type) {
    Field absent = type.field("absent");
    assertEquals(type != SnapshotRecord.TYPE && type != TextRecord.TYPE, type.hasAbsent());
    if (type.hasAbsent()) {
      assertEquals(RecordType.ABSENT_OFFSET, absent.offset());
      assertEquals(0, type.allFields() & absent.bit());
      assertEquals(type.fields().size() - 1, Long.bitCount(type.allFields()));
      assertEquals(type.allFields(), Record.allocate(type).absent());
    }
  }

  @Test
  void aLayoutRefusesFieldsThatNeedPadding() {
    Layout misaligned = new Layout(99, "X", "x");
    misaligned.u8("a", "", "a", "kifs itself");
    assertThrows(IllegalStateException.class, () -> misaligned.u16("b", "", "b", "kifs itself"));
    assertThrows(IllegalStateException.class, misaligned::fixed);
    Layout late = new Layout(99, "X", "x");
    assertThrows(IllegalStateException.class, late::absent);
    Layout full = new Layout(99, "X", "x");
    for (int i = 0; i < 64; i++) {
      full.u64("f" + i, "", "f", "kifs itself");
    }
    assertThrows(IllegalStateException.class, () -> full.u64("f64", "", "f", "kifs itself"));
  }

  @Test
  void everyTotalIsTheSumOfFieldsOfTheSameName() {
    for (TotalRecord.Sum sum : TotalRecord.SUMS) {
      assertEquals(sum.total().name(), sum.ofProcess().name());
      assertEquals(sum.total().unit(), sum.ofProcess().unit());
      if (sum.ofThread() != null) {
        assertEquals(sum.total().name(), sum.ofThread().name());
      }
      assertSame(sum.total(), TotalRecord.of(sum.ofProcess()));
    }
    assertThrows(IllegalArgumentException.class, () -> TotalRecord.of(ProcessRecord.PID));
  }
}
