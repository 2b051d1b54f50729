package kifs.kernel.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import org.junit.jupiter.api.Test;

class TotalsTest {
  @Test
  void sumsPresentFields() {
    Totals totals = new Totals(ProcessRecord.TYPE, -1, -1);
    Record one = Record.allocate(ProcessRecord.TYPE);
    one.set(ProcessRecord.RSS, 10);
    one.set(ProcessRecord.FDS, 3);
    totals.add(one);
    Record other = Record.allocate(ProcessRecord.TYPE);
    other.set(ProcessRecord.RSS, 5);
    totals.add(other);
    Record total = Record.allocate(TotalRecord.TYPE);
    totals.write(total);
    assertEquals(2, total.get(TotalRecord.ENTITIES));
    assertEquals(15, total.get(TotalRecord.of(ProcessRecord.RSS)));
    assertEquals(3, total.get(TotalRecord.of(ProcessRecord.FDS)));
    long ofOthers =
        Field.mask(
            TotalRecord.SHM_SIZE,
            TotalRecord.SHM_RESIDENT,
            TotalRecord.SHM_USERS,
            TotalRecord.CGROUP_CPU,
            TotalRecord.CGROUP_MEMORY,
            TotalRecord.CGROUP_SWAP,
            TotalRecord.CGROUP_PIDS,
            TotalRecord.CGROUP_READ,
            TotalRecord.CGROUP_WRITE);
    assertEquals(ofOthers, total.absent(), "all sums except those of SHM and CGROUP");
  }

  @Test
  void aSumThatDoesNotFitIsTheLargestNumber() {
    Totals totals = new Totals(ProcessRecord.TYPE, -1, -1);
    Record one = Record.allocate(ProcessRecord.TYPE);
    one.set(ProcessRecord.SHM, Long.MAX_VALUE);
    for (int i = 0; i < 3; i++) {
      totals.add(one);
    }
    Record total = Record.allocate(TotalRecord.TYPE);
    totals.write(total);
    assertEquals(-1, total.get(TotalRecord.of(ProcessRecord.SHM)), "2^64-1, unsigned");
    assertEquals(0x1p64, total.getDouble(TotalRecord.of(ProcessRecord.SHM)));
  }

  @Test
  void sumsThatTheSourceCantProvideAreAbsent() {
    Totals totals = new Totals(ProcessRecord.TYPE, -1, ~ProcessRecord.RCHAR.bit());
    assertEquals(0, totals.needs() & ProcessRecord.RCHAR.bit());
    Record total = Record.allocate(TotalRecord.TYPE);
    totals.write(total);
    assertEquals(0, total.get(TotalRecord.ENTITIES));
    assertFalse(total.has(TotalRecord.of(ProcessRecord.RCHAR)));
    assertTrue(total.has(TotalRecord.of(ProcessRecord.RSS)), "the sum of no entities is 0");
  }

  @Test
  void threadsHaveFewerSums() {
    Totals totals = new Totals(ThreadRecord.TYPE, -1, -1);
    Record thread = Record.allocate(ThreadRecord.TYPE);
    thread.set(ThreadRecord.MINOR_FAULTS, 7);
    totals.add(thread);
    Record total = Record.allocate(TotalRecord.TYPE);
    totals.write(total);
    assertEquals(7, total.get(TotalRecord.of(ProcessRecord.MINOR_FAULTS)));
    assertFalse(total.has(TotalRecord.of(ProcessRecord.RSS)));
    assertFalse(total.has(TotalRecord.of(ProcessRecord.THREADS)));
  }

  @Test
  void onlyRequestedFieldsAreFilled() {
    long fields = Totals.fieldsFor(ProcessRecord.RSS.bit());
    Totals totals = new Totals(ProcessRecord.TYPE, fields, -1);
    assertEquals(ProcessRecord.RSS.bit(), totals.needs());
    Record total = Record.allocate(TotalRecord.TYPE);
    totals.write(total);
    assertFalse(total.has(TotalRecord.of(ProcessRecord.FDS)));
  }
}
