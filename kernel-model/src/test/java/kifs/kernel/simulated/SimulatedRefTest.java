package kifs.kernel.simulated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.query.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.simulated.figures.SimulationException;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import org.junit.jupiter.api.Test;

/** A ref is bound to its entity, and a kernel refuses impossible changes. */
class SimulatedRefTest {
  private static final Query PROCESSES = Query.of(ProcessRecord.TYPE);

  private final VirtualClock clock = new VirtualClock();
  private final SimulatedKernel kernel = new SimulatedKernel(clock);
  private final ChunkPool pool = new ChunkPool(1L << 29, 0);

  @Test
  void aRefIsBoundToTheProcessNotToItsPid() {
    kernel.spawn(10, "old").spawnThread(11, "old");
    ProcessRef ref = kernel.process(10).orElseThrow();
    ThreadRef thread = ref.thread(11).orElseThrow();
    kernel.simulated(10).exit(0);
    kernel.spawn(10, "new").uid(7).spawnThread(11, "new");
    Record record = Record.allocate(ProcessRecord.TYPE);
    assertFalse(ref.read(ProcessRecord.TYPE.allFields(), record));
    assertEquals(ProcessRecord.TYPE.allFields(), record.absent());
    assertFalse(thread.read(ThreadRecord.TYPE.allFields(), Record.allocate(ThreadRecord.TYPE)));
    assertFalse(ref.isAlive());
    assertEquals(Optional.empty(), ref.owner());
    assertArrayEquals(new int[0], ref.tids());
    assertEquals(Optional.empty(), ref.commandLine());
    assertEquals(Optional.empty(), ref.executable());
    assertEquals(Optional.empty(), ref.cgroup());
    assertTrue(ref.thread(11).isEmpty());
    try (BulkBuilder builder = new BulkBuilder(pool, List.of(ProcessRecord.TYPE))) {
      assertFalse(ref.collect(PROCESSES, builder, Cancellation.NEVER));
      assertEquals(0, builder.count(ProcessRecord.TYPE));
    }
    assertEquals(7, kernel.process(10).orElseThrow().owner().orElseThrow().user());
  }

  @Test
  void aThreadRefIsBoundToTheThreadNotToItsTid() {
    SimulatedProcess p = kernel.spawn(10, "a");
    p.spawnThread(11, "old");
    ThreadRef thread = kernel.process(10).orElseThrow().thread(11).orElseThrow();
    p.thread(11).exit();
    p.spawnThread(11, "new");
    assertFalse(thread.read(0, Record.allocate(ThreadRecord.TYPE)));
  }

  @Test
  void aMemberSingledOutOfACrowdStaysTheSameProcess() {
    SimulatedProcess crowd = kernel.crowd(3, 100, 2, "c").rss(4096);
    ProcessRef ref = kernel.process(102).orElseThrow();
    ThreadRef thread = ref.thread(103).orElseThrow();
    SimulatedProcess member = kernel.simulated(102).rss(8192);
    member.thread(103).comm("own");
    Record record = Record.allocate(ProcessRecord.TYPE);
    assertTrue(ref.read(ProcessRecord.RSS.bit(), record));
    assertEquals(8192, record.get(ProcessRecord.RSS));
    Record ofThread = Record.allocate(ThreadRecord.TYPE);
    assertTrue(thread.read(ThreadRecord.COMM.bit(), ofThread));
    assertEquals("own", ofThread.text(ThreadRecord.COMM));
    crowd.exit(0);
    assertArrayEquals(new int[] {102}, kernel.pids());
    assertTrue(ref.isAlive());
    member.exit(0);
    assertFalse(ref.isAlive());
    assertFalse(thread.read(0, ofThread));
    kernel.spawn(102, "again");
    assertFalse(ref.isAlive());
  }

  @Test
  void theIdsOfMembersThatLeftACrowdAreFree() {
    kernel.crowd(3, 100, 2, "c");
    assertThrows(SimulationException.class, () -> kernel.spawn(102, "new"));
    kernel.simulated(102).exit(0);
    kernel.spawn(103, "new");
    kernel.spawn(102, "new");
    assertArrayEquals(new int[] {100, 102, 103, 104}, kernel.pids());
    assertEquals(106, kernel.spawn("next").pid());
  }

  @Test
  void impossibleChangesAreRefused() {
    SimulatedProcess p = kernel.spawn(10, "a");
    assertThrows(SimulationException.class, () -> kernel.spawn(10, "b"));
    assertThrows(SimulationException.class, () -> kernel.spawn(-1, "b"));
    assertThrows(SimulationException.class, () -> p.rss(-1));
    assertThrows(SimulationException.class, () -> p.io(-1, 0));
    assertThrows(SimulationException.class, () -> p.limit("moon", 1, 1));
    assertThrows(SimulationException.class, () -> p.thread(11));
    assertThrows(SimulationException.class, () -> p.thread().exit());
    p.exit(0);
    assertTrue(p.isGone());
    assertThrows(SimulationException.class, () -> p.rss(1));
    assertThrows(SimulationException.class, () -> p.exit(0));
  }
}
