package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A thread that has another user than its process. */
class ThreadUserTest {
  private static final int USER = 12345;

  @ParameterizedTest
  @EnumSource
  void theThreadHasItsOwnUser(AnySource which) throws Exception {
    Query query = Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE);
    try (KernelSource source = which.open();
        Program program = Program.run("thread-user");
        ProcessRef process = source.process(program.pid()).orElseThrow();
        ThreadRef thread = process.thread(Integer.parseInt(program.lines().get(0))).orElseThrow()) {
      try (Bulk bulk = Bulks.collect(source, query)) {
        Map<Integer, Record> threads = Bulks.threads(bulk);
        assertEquals(USER, threads.get(thread.tid()).get(ThreadRecord.UID));
        assertEquals(USER, threads.get(thread.tid()).get(ThreadRecord.EUID));
        assertEquals(0, threads.get(program.pid()).get(ThreadRecord.UID));
        assertTrue(threads.get(program.pid()).has(ThreadRecord.UID));
        assertEquals(0, Bulks.processes(bulk).get(program.pid()).get(ProcessRecord.UID));
      }
      Record read = Record.allocate(ThreadRecord.TYPE);
      assertTrue(thread.read(ThreadRecord.UID.bit(), read));
      assertEquals(USER, read.get(ThreadRecord.UID));
      // A query names the users of processes.
      try (Bulk bulk = Bulks.collect(source, query.withUids(Set.of(USER)))) {
        assertFalse(Bulks.threads(bulk).containsKey(thread.tid()));
      }
    }
  }
}
