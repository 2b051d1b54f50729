package kifs.kernel.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.record.WaitRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client sees the process 1 and not the process 2. */
class RedactionTest {
  private static final List<RecordType> TYPES =
      List.of(
          TextRecord.TYPE,
          ProcessRecord.TYPE,
          CommandRecord.TYPE,
          TotalRecord.TYPE,
          WaitRecord.TYPE);

  private static final Origin ORIGIN =
      new Origin(4, 7, 1, 2, new Host("h", new UUID(0, 0), 4096, 2));

  private record Seer(boolean attaches, boolean hidesOthers) implements Visibility {
    @Override
    public long uid() {
      return 1000;
    }

    @Override
    public boolean seesAll() {
      return false;
    }

    @Override
    public boolean sees(Record process) {
      return process.get(ProcessRecord.PID) == 1;
    }
  }

  private final ChunkPool pool = new ChunkPool(64L << 20, 0);
  private final BulkBuilder builder = new BulkBuilder(pool, TYPES);

  @AfterEach
  void nothingIsLent() {
    assertEquals(0, pool.lentBytes());
  }

  private Bulk redact(Visibility visibility, boolean isWholeHost, int process) {
    Redaction.Asked asked =
        new Redaction.Asked(TYPES, ProcessRecord.READ.bit(), isWholeHost, process);
    try (Bulk whole = builder.finish(ORIGIN, 3)) {
      return new Redaction(whole, asked, visibility, pid -> false).copy(pool);
    }
  }

  private Bulk redact() {
    return redact(new Seer(true, false), true, 0);
  }

  private void process(int pid) {
    Record process = builder.append(ProcessRecord.TYPE);
    process.set(ProcessRecord.PID, pid);
    process.set(ProcessRecord.RSS, 5);
    process.set(ProcessRecord.READ, 6);
    process.set(ProcessRecord.VIEWER_UID, 1000);
  }

  private void command(int pid, long line, int lineLength, long executable, int length) {
    Record command = builder.append(CommandRecord.TYPE);
    command.set(CommandRecord.PID, pid);
    command.set(CommandRecord.COMMAND_LINE_OFFSET, line);
    command.set(CommandRecord.COMMAND_LINE_LENGTH, lineLength);
    command.set(CommandRecord.EXECUTABLE_OFFSET, executable);
    command.set(CommandRecord.EXECUTABLE_LENGTH, length);
  }

  private static List<Record> records(Bulk bulk, RecordType type) {
    List<Record> records = new ArrayList<>();
    bulk.forEach(
        type,
        record -> {
          Record copy = Record.allocate(type);
          copy.copy(record);
          records.add(copy);
        });
    return records;
  }

  @Test
  void fieldsOfOthersAreRemovedAndFlagged() {
    process(1);
    process(2);
    try (Bulk bulk = redact()) {
      Record mine = records(bulk, ProcessRecord.TYPE).get(0);
      Record theirs = records(bulk, ProcessRecord.TYPE).get(1);
      assertEquals(6, mine.get(ProcessRecord.READ));
      assertEquals(0, mine.flags() & Record.REDACTED);
      assertFalse(theirs.has(ProcessRecord.READ));
      assertEquals(0, theirs.get(ProcessRecord.READ));
      assertEquals(Record.REDACTED, theirs.flags() & Record.REDACTED);
      assertEquals(5, theirs.get(ProcessRecord.RSS));
      assertFalse(mine.has(ProcessRecord.VIEWER_UID), "it was not asked for");
      assertEquals(7, bulk.snapshot().get(SnapshotRecord.SEQUENCE));
    }
  }

  @Test
  void textsWithoutAReferenceAreLeftOut() {
    process(1);
    process(2);
    // Both texts of the first process are in one TEXT record, as the BPF programs may write them.
    long one = builder.appendText("line-1\0/exe-1");
    long line = builder.appendText("line-2\0");
    long executable = builder.appendText("/exe-2");
    command(1, one, 7, one + 7, 6);
    command(2, line, 7, executable, 6);
    command(3, 0, 0, 0, 0);
    try (Bulk bulk = redact()) {
      List<Record> commands = records(bulk, CommandRecord.TYPE);
      assertEquals("line-1\0", text(bulk, commands.get(0), true));
      assertEquals("/exe-1", text(bulk, commands.get(0), false));
      assertEquals("line-2\0", text(bulk, commands.get(1), true));
      assertFalse(commands.get(1).has(CommandRecord.EXECUTABLE_OFFSET));
      assertEquals("", text(bulk, commands.get(2), true));
      byte[] all = bulk.text(0, (int) bulk.size());
      assertFalse(new String(all, StandardCharsets.ISO_8859_1).contains("/exe-2"));
    }
  }

  private static String text(Bulk bulk, Record command, boolean isLine) {
    long offset =
        command.get(isLine ? CommandRecord.COMMAND_LINE_OFFSET : CommandRecord.EXECUTABLE_OFFSET);
    long length =
        command.get(isLine ? CommandRecord.COMMAND_LINE_LENGTH : CommandRecord.EXECUTABLE_LENGTH);
    return new String(bulk.text(offset, (int) length), StandardCharsets.ISO_8859_1);
  }

  private void waits(int pid, long deadlock) {
    Record wait = builder.append(WaitRecord.TYPE);
    wait.set(WaitRecord.WAITER_PID, pid);
    wait.set(WaitRecord.DEADLOCK, deadlock);
    wait.set(WaitRecord.BEHIND, 0);
  }

  /** The number of a deadlock is shown only to a client that may see all of its members. */
  @Test
  void deadlocks() {
    process(1);
    process(2);
    waits(1, 10);
    waits(1, 11);
    waits(2, 11);
    try (Bulk bulk = redact()) {
      List<Record> waits = records(bulk, WaitRecord.TYPE);
      assertEquals(2, waits.size());
      assertEquals(10, waits.get(0).get(WaitRecord.DEADLOCK));
      assertFalse(waits.get(1).has(WaitRecord.DEADLOCK));
    }
  }

  @Test
  void aFilteredBulkDoesNotTellOfDeadlocks() {
    process(1);
    waits(1, 10);
    try (Bulk bulk = redact(new Seer(true, false), false, 0)) {
      assertFalse(records(bulk, WaitRecord.TYPE).get(0).has(WaitRecord.DEADLOCK));
    }
  }

  /** Where Yama restricts ptrace, an owner may not see what its threads wait for. */
  @Test
  void withoutTheRightToAttachThereAreNoWaits() {
    process(1);
    waits(1, 10);
    try (Bulk bulk = redact(new Seer(false, false), true, 0)) {
      assertEquals(0, bulk.count(WaitRecord.TYPE));
      assertTrue(records(bulk, ProcessRecord.TYPE).get(0).has(ProcessRecord.READ));
    }
  }

  @Test
  void sumsOverGuardedFields() {
    total();
    try (Bulk bulk = redact()) {
      Record total = records(bulk, TotalRecord.TYPE).get(0);
      assertFalse(total.has(TotalRecord.of(ProcessRecord.READ)));
      assertEquals(2, total.get(TotalRecord.of(ProcessRecord.RSS)));
    }
  }

  @Test
  void sumsOverTheThreadsOfAProcess() {
    process(1);
    total();
    try (Bulk bulk = redact(new Seer(true, false), false, 1)) {
      assertEquals(
          1, records(bulk, TotalRecord.TYPE).get(0).get(TotalRecord.of(ProcessRecord.READ)));
    }
  }

  private void total() {
    Record total = builder.append(TotalRecord.TYPE);
    total.set(TotalRecord.of(ProcessRecord.READ), 1);
    total.set(TotalRecord.of(ProcessRecord.RSS), 2);
  }

  @Test
  void hiddenProcessesHaveNoRecords() {
    process(1);
    process(2);
    total();
    try (Bulk bulk = redact(new Seer(true, true), true, 0)) {
      assertEquals(1, bulk.count(ProcessRecord.TYPE));
      assertEquals(TotalRecord.TYPE.allFields(), records(bulk, TotalRecord.TYPE).get(0).absent());
    }
  }
}
