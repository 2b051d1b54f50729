package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitKind;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real threads that wait for real locks: a deadlock of two threads, and every other kind of wait.
 */
class LiveWaitsTest {
  private static final Map<String, Integer> KINDS =
      Map.of("mutex", 1, "pi", 2, "join", 3, "lock", 4, "child", 5);

  @TempDir Path directory;

  @Test
  void everyKindOfWait() throws Exception {
    String file = directory.resolve("lock").toString();
    try (ProcfsSource source = ProcfsSource.open(Path.of("/proc"));
        Program program = Program.run("mutex-wait", file);
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      long before = source.clock().boottimeNs();
      Map<Integer, Record> threads =
          Bulks.threads(
              Bulks.collect(source, process, Query.of(ThreadRecord.TYPE).withDetail(Detail.FULL)));
      assertEquals(7, program.lines().size());
      for (String line : program.lines()) {
        String[] words = line.split(" ");
        Record thread = threads.get(Integer.parseInt(words[1]));
        assertEquals((int) KINDS.get(words[0]), thread.get(ThreadRecord.WAIT_KIND), line);
        assertEquals(Long.parseLong(words[2]), thread.get(ThreadRecord.WAIT_OWNER), line);
        if (!words[3].equals("0")) {
          assertEquals(Long.parseLong(words[3]), thread.get(ThreadRecord.WAIT_OBJECT), line);
        }
        // The thread slept at least the 200 ms that the program waited before it printed the line.
        long slept = before - thread.get(ThreadRecord.LAST_RAN);
        assertTrue(slept > 150_000_000L && slept < 10_000_000_000L, line + ": " + slept);
      }
      Record napping = threads.get(Integer.parseInt(program.lines().get(2).split(" ")[2]));
      assertEquals(WaitKind.NONE.code(), napping.get(ThreadRecord.WAIT_KIND));
    }
  }
}
