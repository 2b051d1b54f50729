package kifs.kernel.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RecordTest {
  private static final int SIZE = ProcessRecord.TYPE.size();

  private final Record process = Record.allocate(ProcessRecord.TYPE);

  @Test
  void aNewRecordHasItsHeaderAndNothingElse() {
    assertEquals(16, process.buffer().getShort(0));
    assertEquals(SIZE, process.buffer().getInt(4));
    assertEquals(0, process.flags());
    for (Field field : ProcessRecord.TYPE.fields()) {
      if (!field.name().equals("absent")) {
        assertFalse(process.has(field));
        assertEquals(0, process.get(field));
      }
    }
  }

  @Test
  void aSetFieldIsPresentAndAClearedOneAbsent() {
    process.set(ProcessRecord.RSS, -1);
    process.setText(ProcessRecord.COMM, "java");
    assertTrue(process.has(ProcessRecord.RSS));
    assertEquals(-1, process.get(ProcessRecord.RSS));
    assertEquals("java", process.text(ProcessRecord.COMM));
    process.clear(ProcessRecord.RSS);
    process.clear(ProcessRecord.COMM);
    assertFalse(process.has(ProcessRecord.RSS));
    assertEquals(0, process.get(ProcessRecord.RSS));
    assertEquals("", process.text(ProcessRecord.COMM));
    assertEquals(ProcessRecord.TYPE.allFields(), process.absent());
  }

  @Test
  void severalFieldsAreClearedAtOnce() {
    process.set(ProcessRecord.PID, 7);
    process.set(ProcessRecord.UID, 8);
    process.set(ProcessRecord.NICE, 9);
    process.clearAll(ProcessRecord.PID.bit() | ProcessRecord.NICE.bit());
    assertEquals(0, process.get(ProcessRecord.PID));
    assertEquals(0, process.get(ProcessRecord.NICE));
    assertEquals(8, process.get(ProcessRecord.UID));
    assertEquals(ProcessRecord.TYPE.allFields() & ~ProcessRecord.UID.bit(), process.absent());
  }

  @Test
  void smallUnsignedTypesAreWidenedAndSignedOnesKeepTheirSign() {
    process.set(ProcessRecord.UID, 0xFFFF_FFFFL);
    process.set(ProcessRecord.NICE, -20);
    process.set(ProcessRecord.STATE, 0xFF);
    assertEquals(0xFFFF_FFFFL, process.get(ProcessRecord.UID));
    assertEquals(-20, process.get(ProcessRecord.NICE));
    assertEquals(0xFF, process.get(ProcessRecord.STATE));
    Record thread = Record.allocate(ThreadRecord.TYPE);
    thread.set(ThreadRecord.WAIT_KIND, 0xFFFF);
    assertEquals(0xFFFF, thread.get(ThreadRecord.WAIT_KIND));
  }

  @Test
  void floatingPointFieldsAreRead() {
    Record system = Record.allocate(SystemRecord.TYPE);
    system.setDouble(SystemRecord.LOAD1, 1.75);
    system.set(SystemRecord.PROCESSES, 3);
    assertEquals(1.75, system.getDouble(SystemRecord.LOAD1));
    assertEquals(1, system.get(SystemRecord.LOAD1));
    assertEquals(3.0, system.getDouble(SystemRecord.PROCESSES));
  }

  @Test
  void aTextIsTruncatedAndReplacesAnOlderOneCompletely() {
    process.setText(ProcessRecord.COMM, "0123456789abcdefXYZ");
    assertEquals("0123456789abcdef", process.text(ProcessRecord.COMM));
    process.setText(ProcessRecord.COMM, "ab");
    assertArrayEquals("ab".getBytes(StandardCharsets.US_ASCII), process.bytes(ProcessRecord.COMM));
    process.setBytes(ProcessRecord.COMM, new byte[] {(byte) 0xFF}, 0, 1);
    assertEquals("\uFFFD", process.text(ProcessRecord.COMM));
  }

  @Test
  void flagsAccumulate() {
    process.addFlag(Record.REDACTED);
    process.addFlag(Record.INCOMPLETE);
    assertEquals(3, process.flags());
  }

  @Test
  void aFlyweightMovesAndChangesNoOtherRecord() {
    ByteBuffer two = ByteBuffer.allocate(2 * SIZE).order(ByteOrder.LITTLE_ENDIAN);
    two.put(0, Record.blank(ProcessRecord.TYPE)).put(SIZE, Record.blank(ProcessRecord.TYPE));
    Record record = new Record(ProcessRecord.TYPE).wrap(two, SIZE);
    record.set(ProcessRecord.PID, 7);
    assertEquals(SIZE, record.offset());
    assertEquals(0, record.wrap(two, 0).get(ProcessRecord.PID));
    assertEquals(7, record.wrap(two, SIZE).get(ProcessRecord.PID));
  }
}
