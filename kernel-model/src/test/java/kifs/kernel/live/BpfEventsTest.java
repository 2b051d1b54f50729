package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import kifs.kernel.query.Selection;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelEvents.Watch;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Program;
import org.junit.jupiter.api.Test;

/**
 * The tests of {@link LiveEventsTest}, with events from BPF programs, and tests of memory levels,
 * which only the programs watch.
 */
class BpfEventsTest extends LiveEventsTest {
  private static final long MIB = 1L << 20;
  private static final int MAX_LEVELS = 64;

  /** A program that allocates 200 MiB at the end of its input and frees them a second later. */
  private static final List<String> GROWS =
      List.of(
          "python3",
          "-c",
          """
          import mmap, sys, time
          print("ready", flush=True)
          sys.stdin.read()
          memory = mmap.mmap(-1, 200 << 20)
          for at in range(0, 200 << 20, 4096):
            memory[at] = 1
          time.sleep(1)
          memory.close()
          time.sleep(60)
          """);

  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }

  @Test
  void aProcessThatGrowsAndShrinks() throws Exception {
    try (KernelSource source = openSource();
        Program grows = Program.ready(GROWS);
        ProcessRef process = source.process(grows.pid()).orElseThrow();
        ProcessRef other = source.process(1).orElseThrow()) {
      Semaphore crossed = new Semaphore(0);
      Semaphore crossedByAny = new Semaphore(0);
      Semaphore others = new Semaphore(0);
      List<Watch> watches =
          List.of(
              source.events().onResize(process, 100 * MIB, crossed::release).orElseThrow(),
              source.events().onResize(null, 150 * MIB, crossedByAny::release).orElseThrow(),
              source.events().onResize(other, 1L << 50, others::release).orElseThrow());
      grows.endInput();
      assertTrue(crossed.tryAcquire(10, TimeUnit.SECONDS), "it grew");
      assertTrue(crossedByAny.tryAcquire(10, TimeUnit.SECONDS), "some process grew");
      crossed.drainPermits();
      assertTrue(crossed.tryAcquire(10, TimeUnit.SECONDS), "it shrank");
      assertEquals(0, others.availablePermits());
      watches.forEach(Watch::close);
    }
  }

  @Test
  void processThatIsSelected() throws Exception {
    try (KernelSource source = openSource();
        Program grows = Program.ready(GROWS);
        ProcessRef process = source.process(grows.pid()).orElseThrow()) {
      Record record = Record.allocate(ProcessRecord.TYPE);
      process.read(ProcessRecord.COMM.bit(), record);
      String comm = new String(record.bytes(ProcessRecord.COMM), StandardCharsets.ISO_8859_1);
      Selection same = Selection.ALL.withComm(comm).withUid(0);
      Semaphore crossed = new Semaphore(0);
      Semaphore others = new Semaphore(0);
      List<Watch> watches = new ArrayList<>();
      for (Selection other :
          List.of(same.withUid(4242), same.withComm("nobody"), same.withComm(comm + "x"))) {
        watches.add(
            source.events().onResize(null, other, 100 * MIB, others::release).orElseThrow());
      }
      watches.add(source.events().onResize(null, same, 100 * MIB, crossed::release).orElseThrow());
      grows.endInput();
      assertTrue(crossed.tryAcquire(10, TimeUnit.SECONDS), "it grew");
      assertEquals(0, others.availablePermits());
      watches.forEach(Watch::close);
    }
  }

  @Test
  void noMoreLevelsThanTheMaximum() throws Exception {
    try (KernelSource source = openSource()) {
      List<Watch> watches = new ArrayList<>();
      for (int i = 0; i < MAX_LEVELS; i++) {
        watches.add(source.events().onResize(null, (1L << 40) + i, () -> {}).orElseThrow());
      }
      assertEquals(Optional.empty(), source.events().onResize(null, 1L << 40, () -> {}));
      watches.get(7).close();
      watches.get(7).close();
      watches.set(7, source.events().onResize(null, 1L << 40, () -> {}).orElseThrow());
      assertEquals(Optional.empty(), source.events().onResize(null, 1L << 40, () -> {}));
      watches.forEach(Watch::close);
    }
  }
}
