package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import kifs.kernel.bpf.program.SharedLayout;
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
    int count = slot.get(SharedLayout.COMMANDS);
    ByteBuffer memory = slot.memory();
    int texts = 0;
    for (int i = 0; i < count; i++) {
      wrap(i);
      texts += isText(CommandRecord.COMMAND_LINE_LENGTH) ? 1 : 0;
      texts += isText(CommandRecord.EXECUTABLE_LENGTH) ? 1 : 0;
    }
    long base = into.texts(memory, SharedLayout.TEXT, slot.get(SharedLayout.TEXT_BYTES), texts);
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
      into.appendAll(CommandRecord.TYPE, memory, SharedLayout.COMMAND, count);
    }
  }

  private void wrap(int index) {
    command.wrap(slot.memory(), SharedLayout.COMMAND + index * CommandRecord.TYPE.size());
  }

  private boolean isText(Field length) {
    int bytes = (int) command.get(length);
    return bytes != 0
        && bytes != SharedLayout.ELSEWHERE
        && bytes != SharedLayout.LATER
        && bytes != SharedLayout.UNCHANGED;
  }

  private void commandLine(int index, long base) {
    int length = (int) command.get(CommandRecord.COMMAND_LINE_LENGTH);
    if (length == SharedLayout.LATER) {
      command.clear(CommandRecord.COMMAND_LINE_LENGTH);
      askAgain(PAUSE_NS);
    } else if (length == SharedLayout.UNCHANGED) {
      unchanged(index);
    } else if (length == SharedLayout.ELSEWHERE) {
      ofProc(this::commandLineOfProc, CommandRecord.COMMAND_LINE_LENGTH);
    } else {
      int text = (int) command.get(CommandRecord.COMMAND_LINE_OFFSET);
      remember(slot, index, text, length);
      command.set(
          CommandRecord.ARGUMENTS,
          nuls(slot.memory(), SharedLayout.TEXT + text + TEXT_HEADER, length));
      place(base, CommandRecord.COMMAND_LINE_OFFSET, length);
    }
    if (!command.has(CommandRecord.COMMAND_LINE_LENGTH)) {
      command.clear(CommandRecord.COMMAND_LINE_OFFSET);
      command.clear(CommandRecord.ARGUMENTS);
    }
  }

  /** A line that stands in the texts of a slot, to which belongs its n-th command. */
  private void remember(Slot of, int index, int text, int length) {
    int at = SharedLayout.TEXT + text + TEXT_HEADER;
    int read = SharedLayout.READ + index * SharedLayout.READ_BYTES;
    engine
        .commands()
        .put(
            (int) command.get(CommandRecord.PID),
            of.memory().getLong(read),
            of.memory().getLong(read + SharedLayout.READ_MEMORY),
            of.memory(),
            at,
            length);
  }

  private void unchanged(int index) {
    int read = SharedLayout.READ + index * SharedLayout.READ_BYTES;
    byte[] line =
        engine
            .commands()
            .get(
                (int) command.get(CommandRecord.PID),
                slot.memory().getLong(read),
                slot.memory().getLong(read + SharedLayout.READ_MEMORY));
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
    if (length == SharedLayout.ELSEWHERE) {
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
              long runtime = slot.memory().getLong(read);
              long memory = slot.memory().getLong(read + SharedLayout.READ_MEMORY);
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
      int length = SharedLayout.LATER;
      for (int i = 0; i < TRIES && length == SharedLayout.LATER; i++) {
        LockSupport.parkNanos(i == 0 ? pauseNs : PAUSE_NS);
        length = again(spare, pid);
      }
    } finally {
      engine.slots().release(spare);
    }
  }

  private int again(Slot spare, int pid) {
    spare.askFor(0, 0, CommandRecord.COMMAND_LINE_LENGTH.bit(), 0);
    spare.memory().putInt(SharedLayout.AFRESH, 1);
    spare.work(0, pid, 0, SharedLayout.PROCESS_ALONE);
    spare.run(1);
    if (spare.get(SharedLayout.COMMANDS) == 0) {
      return 0;
    }
    int length = spare.get(SharedLayout.COMMAND + CommandRecord.COMMAND_LINE_LENGTH.offset());
    if (length == SharedLayout.ELSEWHERE) {
      ofProc(this::commandLineOfProc, CommandRecord.COMMAND_LINE_LENGTH);
    } else if (length != SharedLayout.LATER) {
      byte[] line = new byte[length];
      spare.memory().get(SharedLayout.TEXT + TEXT_HEADER, line);
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
