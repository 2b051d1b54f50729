package kifs.kernel.bpf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
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

  private final BpfSource source;
  private final Slot slot;
  private final BulkBuilder into;
  private final Record command = new Record(CommandRecord.TYPE);

  Commands(BpfSource source, Slot slot, BulkBuilder into) {
    this.source = source;
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
        commandLine(base);
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
    return bytes != 0 && bytes != SharedLayout.ELSEWHERE && bytes != SharedLayout.LATER;
  }

  private void commandLine(long base) {
    int length = (int) command.get(CommandRecord.COMMAND_LINE_LENGTH);
    if (length == SharedLayout.LATER) {
      later();
    } else if (length == SharedLayout.ELSEWHERE) {
      ofProc(this::commandLineOfProc, CommandRecord.COMMAND_LINE_LENGTH);
    } else {
      int at = SharedLayout.TEXT + TEXT_HEADER;
      at += (int) command.get(CommandRecord.COMMAND_LINE_OFFSET);
      command.set(CommandRecord.ARGUMENTS, nuls(slot.memory(), at, length));
      place(base, CommandRecord.COMMAND_LINE_OFFSET, length);
    }
    if (!command.has(CommandRecord.COMMAND_LINE_LENGTH)) {
      command.clear(CommandRecord.COMMAND_LINE_OFFSET);
      command.clear(CommandRecord.ARGUMENTS);
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
    try (ProcessRef process = source.procfs().process(pid).orElse(null)) {
      if (process != null) {
        look.at(process);
      }
    }
  }

  private void commandLineOfProc(ProcessRef process) {
    byte[] line = process.commandLine();
    if (line != null) {
      put(ByteBuffer.wrap(line), 0, line.length);
    }
  }

  private void executableOfProc(ProcessRef process) {
    String path = process.executable();
    if (path != null) {
      byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
      long at = into.text(ByteBuffer.wrap(bytes), 0, bytes.length);
      command.set(CommandRecord.EXECUTABLE_OFFSET, at);
      command.set(CommandRecord.EXECUTABLE_LENGTH, bytes.length);
    }
  }

  private void put(ByteBuffer bytes, int from, int length) {
    command.set(
        CommandRecord.COMMAND_LINE_OFFSET, length == 0 ? 0 : into.text(bytes, from, length));
    command.set(CommandRecord.COMMAND_LINE_LENGTH, length);
    command.set(CommandRecord.ARGUMENTS, nuls(bytes, from, length));
  }

  /**
   * The process held its memory's lock, most often for microseconds. It is asked again a few times,
   * in a slot of its own; who then still holds it stays without a command line.
   */
  private void later() {
    int pid = (int) command.get(CommandRecord.PID);
    command.clear(CommandRecord.COMMAND_LINE_LENGTH);
    Slot spare = source.slots().takeIfFree();
    if (spare == null) {
      return;
    }
    try {
      for (int i = 0; i < TRIES; i++) {
        LockSupport.parkNanos(PAUSE_NS);
        int length = again(spare, pid);
        if (length != SharedLayout.LATER) {
          return;
        }
      }
    } finally {
      source.slots().give(spare);
    }
  }

  private int again(Slot spare, int pid) {
    spare.askFor(0, 0, CommandRecord.COMMAND_LINE_LENGTH.bit(), 0);
    spare.work(0, pid, 0, SharedLayout.PROCESS_ALONE);
    spare.run(1);
    if (spare.get(SharedLayout.COMMANDS) == 0) {
      return 0;
    }
    int at = SharedLayout.COMMAND + CommandRecord.COMMAND_LINE_LENGTH.offset();
    int length = spare.get(at);
    if (length == SharedLayout.ELSEWHERE) {
      ofProc(this::commandLineOfProc, CommandRecord.COMMAND_LINE_LENGTH);
    } else if (length != SharedLayout.LATER) {
      put(spare.memory(), SharedLayout.TEXT + TEXT_HEADER, length);
    }
    return length;
  }

  /** Arguments: NULs, as the programs hand over only lines that end with one. */
  private static int nuls(ByteBuffer bytes, int from, int length) {
    int count = 0;
    for (int i = from; i < from + length; i++) {
      count += bytes.get(i) == 0 ? 1 : 0;
    }
    return length > 0 && bytes.get(from + length - 1) != 0 ? count + 1 : count;
  }
}
