package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import kifs.kernel.bpf.layout.CommandStateLayout;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.bpf.layout.TextCode;
import kifs.kernel.bpf.layout.WorkKind;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.source.ProcessRef;

/**
 * Takes COMMAND records and their texts: the programs don't know where in the bulk a text will lie,
 * and leave to /proc what is out of the ordinary. Not thread-safe.
 */
final class Commands {
  private static final int TEXT_HEADER = 8;

  /** How often a process that holds its memory's lock is asked again, and after what time. */
  private static final int TRIES = 3;

  private static final long PAUSE_NS = 1_000_000;

  private final BpfEngine engine;
  private final Slot slot;
  private final BulkBuilder into;
  private final Record command = new Record(CommandRecord.TYPE);

  Commands(BpfEngine engine, Slot slot, BulkBuilder into) {
    this.engine = engine;
    this.slot = slot;
    this.into = into;
  }

  /** After every run. */
  void take() {
    int count = slot.get(RequestLayout.COMMANDS);
    ByteBuffer memory = slot.memory();
    int texts = 0;
    for (int i = 0; i < count; i++) {
      wrap(i);
      texts += isText(CommandRecord.COMMAND_LINE_LENGTH) ? 1 : 0;
      texts += isText(CommandRecord.EXECUTABLE_LENGTH) ? 1 : 0;
    }
    long base = into.texts(memory, SlotLayout.TEXT, slot.get(RequestLayout.TEXT_BYTES), texts);
    for (int i = 0; i < count; i++) {
      wrap(i);
      if (command.has(CommandRecord.COMMAND_LINE_LENGTH)) {
        commandLine(i, base);
      }
      if (command.has(CommandRecord.EXECUTABLE_LENGTH)) {
        executable(base);
      }
    }
    if (count > 0) {
      into.appendAll(CommandRecord.TYPE, memory, SlotLayout.COMMAND, count);
    }
  }

  private void wrap(int index) {
    command.wrap(slot.memory(), SlotLayout.COMMAND + index * CommandRecord.TYPE.size());
  }

  private boolean isText(Field length) {
    int bytes = (int) command.get(length);
    return bytes != 0
        && bytes != TextCode.LEFT_TO_PROC.length()
        && bytes != TextCode.BUSY.length()
        && bytes != TextCode.UNCHANGED.length();
  }

  private void commandLine(int index, long base) {
    int length = (int) command.get(CommandRecord.COMMAND_LINE_LENGTH);
    if (length == TextCode.BUSY.length()) {
      command.clear(CommandRecord.COMMAND_LINE_LENGTH);
      askAgain(PAUSE_NS);
    } else if (length == TextCode.UNCHANGED.length()) {
      unchanged(index);
    } else if (length == TextCode.LEFT_TO_PROC.length()) {
      ofProc(this::commandLineOfProc, CommandRecord.COMMAND_LINE_LENGTH);
    } else {
      int text = (int) command.get(CommandRecord.COMMAND_LINE_OFFSET);
      remember(slot, index, text, length);
      command.set(
          CommandRecord.ARGUMENTS,
          nuls(slot.memory(), SlotLayout.TEXT + text + TEXT_HEADER, length));
      place(base, CommandRecord.COMMAND_LINE_OFFSET, length);
    }
    if (!command.has(CommandRecord.COMMAND_LINE_LENGTH)) {
      command.clear(CommandRecord.COMMAND_LINE_OFFSET);
      command.clear(CommandRecord.ARGUMENTS);
    }
  }

  /** A line that stands in the texts of a slot, to which belongs its n-th command. */
  private void remember(Slot of, int index, int text, int length) {
    int at = SlotLayout.TEXT + text + TEXT_HEADER;
    int read = SlotLayout.COMMAND_STATE + index * CommandStateLayout.BYTES;
    engine
        .commands()
        .put(
            (int) command.get(CommandRecord.PID),
            of.memory().getLong(read + CommandStateLayout.RUNTIME),
            of.memory().getLong(read + CommandStateLayout.MM),
            of.memory(),
            at,
            length);
  }

  private void unchanged(int index) {
    int read = SlotLayout.COMMAND_STATE + index * CommandStateLayout.BYTES;
    byte[] line =
        engine
            .commands()
            .get(
                (int) command.get(CommandRecord.PID),
                slot.memory().getLong(read + CommandStateLayout.RUNTIME),
                slot.memory().getLong(read + CommandStateLayout.MM));
    command.clear(CommandRecord.COMMAND_LINE_LENGTH);
    if (line != null) {
      put(line);
    } else if (engine.passes().readsMemory()) {
      askAgain(0);
    } else {
      ofProc(process -> learn(process, read), CommandRecord.COMMAND_LINE_LENGTH);
    }
  }

  private void executable(long base) {
    int length = (int) command.get(CommandRecord.EXECUTABLE_LENGTH);
    if (length == TextCode.LEFT_TO_PROC.length()) {
      ofProc(this::executableOfProc, CommandRecord.EXECUTABLE_LENGTH);
    } else {
      place(base, CommandRecord.EXECUTABLE_OFFSET, length);
    }
    // Who has none has no path, rather than an empty one.
    if (command.get(CommandRecord.EXECUTABLE_LENGTH) == 0) {
      command.clear(CommandRecord.EXECUTABLE_LENGTH);
      command.clear(CommandRecord.EXECUTABLE_OFFSET);
    }
  }

  /** The record holds where in the slot's texts its text begins. */
  private void place(long base, Field offset, int length) {
    long text = base + command.get(offset) + TEXT_HEADER;
    command.set(offset, length == 0 ? 0 : text);
  }

  private interface Look {
    void at(ProcessRef process);
  }

  private void ofProc(Look look, Field length) {
    int pid = (int) command.get(CommandRecord.PID);
    command.clear(length);
    try (ProcessRef process = engine.procfs().process(pid).orElse(null)) {
      if (process != null) {
        look.at(process);
      }
    }
  }

  private void commandLineOfProc(ProcessRef process) {
    process.commandLine().ifPresent(this::put);
  }

  /**
   * By a walk it isn't known yet. What /proc tells now is not older than the state noted before: if
   * the process runs again, that state has passed.
   */
  private void learn(ProcessRef process, int read) {
    process
        .commandLine()
        .ifPresent(
            line -> {
              put(line);
              long runtime = slot.memory().getLong(read + CommandStateLayout.RUNTIME);
              long memory = slot.memory().getLong(read + CommandStateLayout.MM);
              engine.commands().put(process.pid(), runtime, memory, line);
            });
  }

  private void executableOfProc(ProcessRef process) {
    process
        .executable()
        .ifPresent(
            path -> {
              byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
              command.set(CommandRecord.EXECUTABLE_OFFSET, into.text(bytes));
              command.set(CommandRecord.EXECUTABLE_LENGTH, bytes.length);
            });
  }

  private void put(byte[] line) {
    long at = line.length == 0 ? 0 : into.text(line);
    command.set(CommandRecord.COMMAND_LINE_OFFSET, at);
    command.set(CommandRecord.COMMAND_LINE_LENGTH, line.length);
    command.set(CommandRecord.ARGUMENTS, nuls(line));
  }

  /**
   * The process held its memory's lock, most often for microseconds, or we don't have what it says
   * is unchanged. It is asked again a few times, in a slot of its own; who then still holds the
   * lock stays without a command line.
   */
  private void askAgain(long pauseNs) {
    int pid = (int) command.get(CommandRecord.PID);
    Slot spare = engine.slots().tryAcquire();
    if (spare == null) {
      return;
    }
    try {
      int length = TextCode.BUSY.length();
      for (int i = 0; i < TRIES && length == TextCode.BUSY.length(); i++) {
        LockSupport.parkNanos(i == 0 ? pauseNs : PAUSE_NS);
        length = again(spare, pid);
      }
    } finally {
      engine.slots().release(spare);
    }
  }

  private int again(Slot spare, int pid) {
    spare.askFor(0, 0, CommandRecord.COMMAND_LINE_LENGTH.bit(), 0);
    spare.memory().putInt(RequestLayout.REREAD_COMMANDS, 1);
    spare.work(0, pid, 0, WorkKind.PROCESS_ONLY);
    spare.run(1);
    if (spare.get(RequestLayout.COMMANDS) == 0) {
      return 0;
    }
    int length = spare.get(SlotLayout.COMMAND + CommandRecord.COMMAND_LINE_LENGTH.offset());
    if (length == TextCode.LEFT_TO_PROC.length()) {
      ofProc(this::commandLineOfProc, CommandRecord.COMMAND_LINE_LENGTH);
    } else if (length != TextCode.BUSY.length()) {
      byte[] line = new byte[length];
      spare.memory().get(SlotLayout.TEXT + TEXT_HEADER, line);
      put(line);
      // Else it would be asked again in each pass, as the programs note that it was read.
      remember(spare, 0, 0, length);
    }
    return length;
  }

  /** Arguments: each is ended by a NUL, though a program may have written over the last one's. */
  private static int nuls(byte[] line) {
    int count = 0;
    for (byte b : line) {
      count += b == 0 ? 1 : 0;
    }
    return line.length > 0 && line[line.length - 1] != 0 ? count + 1 : count;
  }

  /** The same of a line that is nowhere else. */
  private static int nuls(ByteBuffer from, int at, int length) {
    int count = 0;
    for (int i = 0; i < length; i++) {
      count += from.get(at + i) == 0 ? 1 : 0;
    }
    return length > 0 && from.get(at + length - 1) != 0 ? count + 1 : count;
  }
}
