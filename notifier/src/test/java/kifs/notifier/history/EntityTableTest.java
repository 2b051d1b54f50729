package kifs.notifier.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.notifier.entity.EntityKind;
import org.junit.jupiter.api.Test;

class EntityTableTest {
  private static final int MAX = 100;

  private final EntityTable table = new EntityTable(EntityKind.PROCESS, MAX);
  private final List<Integer> ended = new ArrayList<>();

  private final EntityTable.Listener listener =
      new EntityTable.Listener() {
        @Override
        public void found(int row, Record record, boolean isNew) {
          assertEquals(record.get(ProcessRecord.PID), table.pid(row));
        }

        @Override
        public void ended(int row) {
          ended.add(table.pid(row));
        }
      };

  /** A pass that lists the processes with ids from the first to the last one. */
  private void pass(int first, int last) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    table.begin();
    for (int pid = first; pid <= last; pid++) {
      process.set(ProcessRecord.PID, pid);
      process.set(ProcessRecord.START, 7);
      table.visit(process, listener);
    }
    table.finish(listener);
  }

  @Test
  void entitiesBeyondTheMaximumAreLeftOut() {
    pass(1, MAX + 50);
    assertEquals(MAX, table.count());
    assertEquals(MAX, table.pid(table.find(MAX, 0)));
    assertEquals(EntityTable.NONE, table.find(MAX + 1, 0));
    pass(11, MAX + 50);
    assertEquals(10, ended.size());
    assertEquals(MAX, table.count());
    assertEquals(EntityTable.NONE, table.find(10, 0));
    assertEquals(MAX + 10, table.pid(table.find(MAX + 10, 0)));
    assertEquals(EntityTable.NONE, table.find(MAX + 11, 0));
    pass(1, 0);
    assertEquals(0, table.count());
  }
}
