package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import kifs.kernel.bpf.layout.CommandStateLayout;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.bpf.layout.TextCode;
import kifs.kernel.bpf.layout.WorkKind;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.procfs.process.CommandReader;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.source.ProcessRef;

/**
 * Moves COMMAND records and their texts from a slot to a bulk. A program doesn't know where in the
 * bulk a text will lie, so this class relocates the texts. It also reads through /proc the texts
 * that a program leaves to it. Not thread-safe.
 */
final class Commands {
  private static final int TEXT_HEADER = 8;

  private final BpfEngine engine;
  private final Slot slot;
  private final boolean whole;
  private final BulkBuilder into;
  private final Record command = new Record(CommandRecord.TYPE);

  /** The length of the present command line, if it was read through /proc or from the cache. */
  private int lineOfProc;

  /**
   * @param whole whether a command line that is longer than a program can read is appended up to
   *     {@link BulkBuilder#MAX_LONG_TEXT_BYTES}, instead of {@link BulkBuilder#MAX_TEXT_BYTES}
   */
  Commands(BpfEngine engine, Slot slot, boolean whole, BulkBuilder into) {
    this.engine = engine;
    this.slot = slot;
    this.whole = whole;
    this.into = into;
  }

  /** Appends the records of one run to the bulk. Must be called after every run of the slot. */
  void collect() {
    int count = slot.get(RequestLayout.COMMANDS);
    ByteBuffer memory = slot.memory();
    int texts = 0;
    for (int i = 0; i < count; i++) {
      wrap(i);
      texts += isText(CommandRecord.COMMAND_LINE_LENGTH) ? 1 : 0;
      texts += isText(CommandRecord.EXECUTABLE_LENGTH) ? 1 : 0;
    }
    long base =
        into.appendTexts(memory, SlotLayout.TEXT, slot.get(RequestLayout.TEXT_BYTES), texts);
    for (int i = 0; i < count; i++) {
      wrap(i);
      if (command.has(CommandRecord.COMMAND_LINE_LENGTH)) {
        putCommandLine(i, base);
      }
      if (command.has(CommandRecord.EXECUTABLE_LENGTH)) {
        putExecutable(base);
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
        && bytes != TextCode.UNCHANGED.length();
  }

  private void putCommandLine(int index, long base) {
    int length = (int) command.get(CommandRecord.COMMAND_LINE_LENGTH);
    long noted = command.get(CommandRecord.COMMAND_LINE_TOTAL);
    lineOfProc = 0;
    if (length == TextCode.UNCHANGED.length()) {
      putUnchanged(index);
    } else if (length == TextCode.LEFT_TO_PROC.length()) {
      readThroughProc(this::putCommandLineOfProc, CommandRecord.COMMAND_LINE_LENGTH);
    } else {
      int text = (int) command.get(CommandRecord.COMMAND_LINE_OFFSET);
      cache(slot, index, text, length);
      command.set(
          CommandRecord.ARGUMENTS,
          countArguments(slot.memory(), SlotLayout.TEXT + text + TEXT_HEADER, length));
      place(base, CommandRecord.COMMAND_LINE_OFFSET, length);
    }
    if (!command.has(CommandRecord.COMMAND_LINE_LENGTH)) {
      command.clear(CommandRecord.COMMAND_LINE_OFFSET);
      command.clear(CommandRecord.ARGUMENTS);
      command.clear(CommandRecord.COMMAND_LINE_TOTAL);
    } else if (command.has(CommandRecord.COMMAND_LINE_TOTAL)) {
      putTotal(noted);
    }
  }

  /**
   * Fills the length of the whole command line.
   *
   * @param noted the length of the memory of the arguments, if a program found it too long; else 0
   */
  private void putTotal(long noted) {
    long total = Math.max(lineOfProc, command.get(CommandRecord.COMMAND_LINE_LENGTH));
    // A shorter line was read to its end. It may be shorter than its memory, because a program can
    // overwrite its arguments.
    boolean mayBeCut = total >= BulkBuilder.MAX_LONG_TEXT_BYTES;
    CommandReader.putTotal(command, mayBeCut ? Math.max(total, noted) : total);
  }

  /** Caches a line that lies among the texts of a slot and belongs to its command {@code index}. */
  private void cache(Slot of, int index, int text, int length) {
    int at = SlotLayout.TEXT + text + TEXT_HEADER;
    int state = SlotLayout.COMMAND_STATE + index * CommandStateLayout.BYTES;
    engine
        .commands()
        .put(
            (int) command.get(CommandRecord.PID),
            of.memory().getLong(state + CommandStateLayout.RUNTIME),
            of.memory().getLong(state + CommandStateLayout.MM),
            of.memory(),
            at,
            length);
  }

  private void putUnchanged(int index) {
    int state = SlotLayout.COMMAND_STATE + index * CommandStateLayout.BYTES;
    byte[] line =
        engine
            .commands()
            .get(
                (int) command.get(CommandRecord.PID),
                slot.memory().getLong(state + CommandStateLayout.RUNTIME),
                slot.memory().getLong(state + CommandStateLayout.MM));
    command.clear(CommandRecord.COMMAND_LINE_LENGTH);
    if (line != null) {
      put(line);
    } else if (engine.passes().readsMemory()) {
      reread();
    } else {
      readThroughProc(process -> putAndCache(process, state), CommandRecord.COMMAND_LINE_LENGTH);
    }
  }

  private void putExecutable(long base) {
    int length = (int) command.get(CommandRecord.EXECUTABLE_LENGTH);
    if (length == TextCode.LEFT_TO_PROC.length()) {
      readThroughProc(this::putExecutableOfProc, CommandRecord.EXECUTABLE_LENGTH);
    } else {
      place(base, CommandRecord.EXECUTABLE_OFFSET, length);
    }
    // A kernel thread has no executable, so its path is absent and not empty.
    if (command.get(CommandRecord.EXECUTABLE_LENGTH) == 0) {
      command.clear(CommandRecord.EXECUTABLE_LENGTH);
      command.clear(CommandRecord.EXECUTABLE_OFFSET);
    }
  }

  /** Replaces an offset among the slot's texts by the offset in the bulk. */
  private void place(long base, Field offset, int length) {
    long text = base + command.get(offset) + TEXT_HEADER;
    command.set(offset, length == 0 ? 0 : text);
  }

  private interface ProcReader {
    void read(ProcessRef process);
  }

  private void readThroughProc(ProcReader reader, Field length) {
    int pid = (int) command.get(CommandRecord.PID);
    command.clear(length);
    try (ProcessRef process = engine.procfs().process(pid).orElse(null)) {
      if (process != null) {
        reader.read(process);
      }
    }
  }

  private void putCommandLineOfProc(ProcessRef process) {
    commandLine(process).ifPresent(this::put);
  }

  /** Reads a command line through /proc. If the process is unreadable, the record is flagged. */
  private Optional<byte[]> commandLine(ProcessRef process) {
    Optional<byte[]> line = process.commandLine();
    if (line.isEmpty() && process.unreadableSince().isPresent()) {
      command.addFlag(Record.INCOMPLETE);
    }
    return line;
  }

  /**
   * Reads a command line through /proc and caches it with the state that a walk noted before. The
   * line is not older than that state. If the process has run in between, its runtime differs from
   * the cached one, so the line won't be used.
   */
  private void putAndCache(ProcessRef process, int state) {
    commandLine(process)
        .ifPresent(
            line -> {
              put(line);
              long runtime = slot.memory().getLong(state + CommandStateLayout.RUNTIME);
              long memory = slot.memory().getLong(state + CommandStateLayout.MM);
              engine.commands().put(process.pid(), runtime, memory, line);
            });
  }

  private void putExecutableOfProc(ProcessRef process) {
    process
        .executable()
        .ifPresent(
            path -> {
              byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
              command.set(CommandRecord.EXECUTABLE_OFFSET, into.appendText(bytes));
              command.set(CommandRecord.EXECUTABLE_LENGTH, bytes.length);
            });
  }

  private void put(byte[] line) {
    lineOfProc = line.length;
    ByteBuffer bytes = ByteBuffer.wrap(line);
    int length = whole ? line.length : Math.min(line.length, BulkBuilder.MAX_TEXT_BYTES);
    long at = length == 0 ? 0 : into.appendLongText(bytes, 0, length);
    command.set(CommandRecord.COMMAND_LINE_OFFSET, at);
    command.set(CommandRecord.COMMAND_LINE_LENGTH, length);
    command.set(CommandRecord.ARGUMENTS, countArguments(bytes, 0, length));
  }

  /**
   * Has the program read a command line again, in a spare slot, because the program reported a line
   * as unchanged that is not in the cache. Without a spare slot the command line is absent.
   */
  private void reread() {
    Slot spare = engine.slots().tryAcquire();
    if (spare == null) {
      return;
    }
    try {
      reread(spare, (int) command.get(CommandRecord.PID));
    } finally {
      engine.slots().release(spare);
    }
  }

  private void reread(Slot spare, int pid) {
    spare.requestFields(0, 0, CommandRecord.COMMAND_LINE_LENGTH.bit(), 0);
    spare.memory().putInt(RequestLayout.REREAD_COMMANDS, 1);
    spare.putWork(0, pid, 0, WorkKind.PROCESS_ONLY);
    spare.run(1);
    if (spare.get(RequestLayout.COMMANDS) == 0) {
      return;
    }
    int length = spare.get(SlotLayout.COMMAND + CommandRecord.COMMAND_LINE_LENGTH.offset());
    if (length == TextCode.LEFT_TO_PROC.length()) {
      readThroughProc(this::putCommandLineOfProc, CommandRecord.COMMAND_LINE_LENGTH);
    } else {
      byte[] line = new byte[length];
      spare.memory().get(SlotLayout.TEXT + TEXT_HEADER, line);
      put(line);
      // The program has noted that it read the line and will report it as unchanged. Without the
      // cache each pass would read it again.
      cache(spare, 0, 0, length);
    }
  }

  /**
   * Counts the arguments of a command line that lies in a buffer. Each argument ends with a NUL,
   * but a program may have overwritten the last NUL.
   */
  private static int countArguments(ByteBuffer from, int at, int length) {
    int count = 0;
    for (int i = 0; i < length; i++) {
      count += from.get(at + i) == 0 ? 1 : 0;
    }
    return length > 0 && from.get(at + length - 1) != 0 ? count + 1 : count;
  }
}
