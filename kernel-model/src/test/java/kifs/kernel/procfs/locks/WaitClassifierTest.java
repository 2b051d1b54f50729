package kifs.kernel.procfs.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.procfs.process.ThreadPlan;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitKind;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classifies waits of a made-up process, 100, which has the threads 100, 101 and 102. */
class WaitClassifierTest {
  private static final int FUTEX = Syscalls.isAarch64() ? 98 : 202;
  private static final int FCNTL = Syscalls.isAarch64() ? 25 : 72;
  private static final int FLOCK = Syscalls.isAarch64() ? 32 : 73;
  private static final int WAIT4 = Syscalls.isAarch64() ? 260 : 61;
  private static final int WAITID = Syscalls.isAarch64() ? 95 : 247;

  /** The memory around the futex word, which processes share. */
  private static final String SHARED = "00000000-00001000 rw-s 00000000 00:01 7 /dev/zero\n";

  @TempDir Path root;

  /** The last column is the owner that must be reported; 0 means none. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "plain mutex,            0x80, 0,    101, 1, 101",
    "shared mutex,           0x0,  0x80, 101, 1, 101",
    "shared by processes,    0x0,  0x80, 300, 1, 300",
    "shared but not mapped,  0x0,  0x80, 301, 6, 0",
    "private but elsewhere,  0x80, 0,    300, 6, 0",
    "owner has vanished,     0x80, 0,    999, 6, 0",
    "no owner,               0x80, 0,    0,   6, 0",
  })
  void futexes(
      String name, String operation, String mutexKind, int owner, int kind, int reportedOwner)
      throws IOException {
    ByteBuffer memory = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
    memory.putInt(64, 2).putInt(72, owner).putInt(76, 1).putInt(80, Integer.decode(mutexKind));
    Record thread = classify('S', call(FUTEX, "0x40 " + operation + " 0x2"), memory.array());
    assertEquals(kind, thread.get(ThreadRecord.WAIT_KIND), name);
    assertEquals(64, thread.get(ThreadRecord.WAIT_OBJECT));
    assertEquals(reportedOwner != 0, thread.has(ThreadRecord.WAIT_OWNER));
    assertEquals(reportedOwner, thread.get(ThreadRecord.WAIT_OWNER));
  }

  @Test
  void unreadableMemoryGivesNoOwner() throws IOException {
    Record thread = classify('S', call(FUTEX, "0x7f0000000000 0x80 0x2"), new byte[8]);
    assertEquals(WaitKind.FUTEX.code(), thread.get(ThreadRecord.WAIT_KIND));
    assertFalse(thread.has(ThreadRecord.WAIT_OWNER));
  }

  @Test
  void fileLocks() throws IOException {
    for (String call :
        new String[] {
          call(FLOCK, "0x5 0x2 0x0"), call(FCNTL, "0x5 0x7 0x0"), call(FCNTL, "0x5 0x26 0x0")
        }) {
      Record thread = classify('S', call, new byte[0]);
      assertEquals(WaitKind.FILE_LOCK.code(), thread.get(ThreadRecord.WAIT_KIND));
      assertEquals(5, thread.get(ThreadRecord.WAIT_OBJECT));
    }
    Record other = classify('S', call(FCNTL, "0x5 0x6 0x0"), new byte[0]);
    assertEquals(WaitKind.NONE.code(), other.get(ThreadRecord.WAIT_KIND));
  }

  @Test
  void children() throws IOException {
    Record any = classify('S', call(WAIT4, "0xffffffff 0x0 0x0"), new byte[0]);
    assertEquals(WaitKind.CHILD.code(), any.get(ThreadRecord.WAIT_KIND));
    assertFalse(any.has(ThreadRecord.WAIT_OWNER));
    Record one = classify('S', call(WAIT4, "0x12c 0x0 0x0"), new byte[0]);
    assertEquals(300, one.get(ThreadRecord.WAIT_OWNER));
    Record byId = classify('S', call(WAITID, "0x1 0x12c 0x0"), new byte[0]);
    assertEquals(300, byId.get(ThreadRecord.WAIT_OWNER));
  }

  @Test
  void onlyASleepingThreadWaits() throws IOException {
    Record running = classify('R', call(FLOCK, "0x5 0x2 0x0"), new byte[0]);
    assertEquals(WaitKind.NONE.code(), running.get(ThreadRecord.WAIT_KIND));
    Record stopped = classify('S', "running\n", new byte[0]);
    assertEquals(WaitKind.NONE.code(), stopped.get(ThreadRecord.WAIT_KIND));
    assertFalse(stopped.has(ThreadRecord.SYSCALL));
  }

  @Test
  void theStateIsReadButLeftAbsent() throws IOException {
    Record thread = classify('S', call(FLOCK, "0x5 0x2 0x0"), new byte[0]);
    assertFalse(thread.has(ThreadRecord.STATE));
    assertFalse(thread.has(ThreadRecord.SYSCALL_ARG0));
  }

  private static String call(int number, String arguments) {
    return number + " " + arguments + " 0x0 0x0 0x0 0x7ffdb8ee77d8 0x7fdf575e32ad\n";
  }

  /** Makes the files by which a thread is found by its id alone, as /proc has for every thread. */
  private void ids(String tid, int pid, String maps) throws IOException {
    Path directory = Files.createDirectories(root.resolve(tid));
    Files.writeString(directory.resolve("status"), "Tgid:\t" + pid + "\n");
    Files.writeString(directory.resolve("maps"), maps);
  }

  private Record classify(char state, String syscall, byte[] memory) throws IOException {
    for (String thread : new String[] {"100/task/100", "100/task/101", "100/task/102", "300"}) {
      Path directory = Files.createDirectories(root.resolve(thread));
      Files.writeString(directory.resolve("stat"), "1 (x) " + state + " 1 \n");
      Files.writeString(directory.resolve("syscall"), syscall);
      Files.write(directory.resolve("mem"), memory);
    }
    ids("100", 100, SHARED);
    ids("101", 100, SHARED);
    ids("300", 300, SHARED);
    ids("301", 301, "");
    Path process = root.resolve("100");
    Files.writeString(process.resolve("stat"), "100 (x) S 1 \n");
    Files.writeString(process.resolve("syscall"), syscall);
    Record thread = Record.allocate(ThreadRecord.TYPE);
    try (ProcfsSource source = ProcfsSource.open(root);
        ProcessRef bound = source.process(100).orElseThrow();
        ThreadRef waiter = bound.thread(100).orElseThrow()) {
      waiter.read(ThreadPlan.WAIT_FIELDS, thread);
    }
    return thread;
  }
}
