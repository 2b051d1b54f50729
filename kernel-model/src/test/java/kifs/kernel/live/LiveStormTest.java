package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelSource;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.Test;

/** Passes while processes and threads start and end as fast as they can. */
class LiveStormTest {
  /** The source under test. Subclasses run the same tests with another source. */
  KernelSource openSource() throws IOException {
    return ProcfsSource.open(Path.of("/proc"));
  }

  private static final String PROCESSES =
      "import os\nprint('ready',flush=True)\nwhile True:\n"
          + " p=os.fork()\n if p==0: os._exit(0)\n os.waitpid(p,0)";
  private static final String THREADS =
      "import threading\nprint('ready',flush=True)\nwhile True:\n"
          + " t=threading.Thread(target=int); t.start(); t.join()";

  @Test
  void entitiesThatVanishAreOmitted() throws Exception {
    int self = (int) ProcessHandle.current().pid();
    Query query =
        Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE, LimitsRecord.TYPE)
            .withDetail(Detail.FULL);
    try (KernelSource source = openSource();
        Program processes = Program.ready(List.of("python3", "-c", PROCESSES));
        Program threads = Program.ready(List.of("python3", "-c", THREADS))) {
      for (int pass = 0; pass < 60; pass++) {
        try (Bulk bulk = Bulks.collect(source, query)) {
          checkProcesses(bulk);
          checkThreads(bulk);
          assertTrue(Bulks.processes(bulk).containsKey(self));
          assertTrue(Bulks.processes(bulk).containsKey(processes.pid()));
          assertTrue(Bulks.processes(bulk).containsKey(threads.pid()));
        }
      }
    }
  }

  private static void checkProcesses(Bulk bulk) {
    long[] last = new long[1];
    bulk.forEach(
        ProcessRecord.TYPE,
        process -> {
          assertTrue(process.get(ProcessRecord.PID) > last[0], "ascending, none twice");
          last[0] = process.get(ProcessRecord.PID);
          // Each record has at least an identity.
          assertTrue(process.has(ProcessRecord.STATE) && process.has(ProcessRecord.START));
        });
  }

  private static void checkThreads(Bulk bulk) {
    long[] last = new long[2];
    bulk.forEach(
        ThreadRecord.TYPE,
        thread -> {
          long pid = thread.get(ThreadRecord.PID);
          long tid = thread.get(ThreadRecord.TID);
          assertTrue(pid > last[0] || pid == last[0] && tid > last[1], "ascending, none twice");
          last[0] = pid;
          last[1] = tid;
          assertTrue(thread.has(ThreadRecord.STATE) && thread.has(ThreadRecord.START));
        });
  }
}
