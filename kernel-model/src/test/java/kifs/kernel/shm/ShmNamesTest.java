package kifs.kernel.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kifs.kernel.record.ShmRecord;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every id has one name, which leads back to it. */
class ShmNamesTest {
  private static final long MAX_ID = (1L << 62) - 1;

  @Test
  void namesOfEachKind() {
    assertEquals("sysv-3", ShmNames.of(new ShmKey(ShmRecord.SYSTEM_V, 0, 3).id()));
    assertEquals("memfd-1042", ShmNames.of(new ShmKey(ShmRecord.MEMFD, 1, 1042).id()));
    assertEquals("anon-9", ShmNames.of(new ShmKey(ShmRecord.ANONYMOUS, 1, 9).id()));
    assertEquals("file-57-25", ShmNames.of(new ShmKey(ShmRecord.POSIX, 25, 57).id()));
    assertEquals("file-57-25", ShmNames.of(new ShmKey(ShmRecord.TMPFS, 25, 57).id()));
  }

  @Property
  void aNameLeadsBackToItsId(@ForAll @LongRange(min = 0, max = MAX_ID) long id) {
    assertEquals(id, ShmNames.id(ShmNames.of(id)));
  }

  /** An object has no second name by which it would seem to be another one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sysv-3-0",
        "memfd-1-1",
        "memfd-01",
        "memfd--1",
        "memfd-",
        "memfd",
        "",
        "posix-1",
        "file-1-01",
        "file-1099511627776",
        "file-9999999999999",
        "file-1-1048576",
        "file-1-2 ",
        "FILE-1"
      })
  void whatIsNoName(String name) {
    assertEquals(-1, ShmNames.id(name));
  }
}
