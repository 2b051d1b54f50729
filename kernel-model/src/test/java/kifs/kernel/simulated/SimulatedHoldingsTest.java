package kifs.kernel.simulated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.TextRecord;
import kifs.kernel.simulated.script.SimulationScript;
import kifs.kernel.simulated.script.SimulationScriptException;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Open fds and shared memory of simulated kernels. */
class SimulatedHoldingsTest {
  private static final String SCRIPT =
      """
      0s spawn 100 comm=java fds=5
      0s spawn 200 comm=idle fds=0
      1s open 100 7 socket inode=4711 protocol=tcp local=10.0.0.1:80 peer=10.0.0.2:99 state=established
      1s open 100 3 regular inode=12 path="/var/log/a b" position=4K flags=0x402
      1s shm cache kind=posix size=1G resident=200M uid=7
      1s shm 0x5a kind=sysv size=2M
      1s shm hidden kind=anonymous size=4K
      2s map 100 cache bytes=1G
      2s map 200 cache bytes=64M
      3s unlink cache
      4s unmap 200 cache
      4s close 100 7
      5s exit 100
      6s shm 0x5a size=3M
      """;

  private final VirtualClock clock = new VirtualClock();
  private SimulatedKernel kernel;

  private void play(String script) throws Exception {
    kernel = SimulationScript.parse(script).start(clock);
  }

  private void at(long seconds) {
    clock.advanceTo(clock.boottimeNs() + seconds * 1_000_000_000);
  }

  private List<Record> collect(Query query, RecordType type) {
    List<Record> all = new ArrayList<>();
    try (BulkBuilder into =
        new BulkBuilder(
            new ChunkPool(1 << 24, 0),
            List.of(FdRecord.TYPE, ShmRecord.TYPE, ShmUserRecord.TYPE, TextRecord.TYPE))) {
      kernel.collect(query, into, Cancellation.NEVER);
      into.forEach(
          type,
          record -> {
            Record copy = Record.allocate(type);
            copy.copy(record);
            all.add(copy);
          });
    }
    return all;
  }

  @Test
  void fdsAreOpenedAndClosed() throws Exception {
    play(SCRIPT);
    at(2);
    List<Record> fds = collect(Query.of(FdRecord.TYPE), FdRecord.TYPE);
    assertEquals(5, fds.size(), "the number that was set");
    assertArrayEquals(
        new long[] {0, 1, 2, 3, 7}, fds.stream().mapToLong(f -> f.get(FdRecord.FD)).toArray());
    assertEquals(FdRecord.CHARACTER, fds.get(0).get(FdRecord.TYPE_OF_FILE));
    Record file = fds.get(3);
    assertEquals(FdRecord.REGULAR, file.get(FdRecord.TYPE_OF_FILE));
    assertEquals(4096, file.get(FdRecord.POSITION));
    assertEquals(0x402, file.get(FdRecord.FLAGS));
    Record socket = fds.get(4);
    assertEquals(80, socket.get(FdRecord.LOCAL_PORT));
    assertEquals(99, socket.get(FdRecord.PEER_PORT));
    assertEquals(4711, socket.get(FdRecord.INODE));
    try (ProcessRef ref = kernel.process(100).orElseThrow()) {
      assertTrue(ref.hasFd(7));
      at(2);
      assertFalse(ref.hasFd(7));
      assertArrayEquals(new int[] {0, 1, 2, 3, 4}, ref.fds());
      at(1);
      assertEquals(0, ref.fds().length);
    }
  }

  @Test
  void sharedMemoryIsCreatedAndVanishes() throws Exception {
    play(SCRIPT);
    at(2);
    List<Record> objects = collect(Query.of(ShmRecord.TYPE), ShmRecord.TYPE);
    assertEquals(3, objects.size());
    assertEquals(3, kernel.shmIds(Cancellation.NEVER).length);
    Record cache =
        objects.stream()
            .filter(shm -> shm.get(ShmRecord.KIND) == ShmRecord.POSIX)
            .findFirst()
            .orElseThrow();
    assertEquals(2, cache.get(ShmRecord.USERS));
    assertEquals(1L << 30, cache.get(ShmRecord.SIZE));
    assertEquals(7, cache.get(ShmRecord.UID));
    try (ShmRef ref = kernel.shm(cache.get(ShmRecord.ID)).orElseThrow();
        ProcessRef java = kernel.process(100).orElseThrow()) {
      assertEquals("cache", ref.name().orElseThrow());
      Record process = Record.allocate(ProcessRecord.TYPE);
      java.read(ProcessRecord.SHM.bit(), process);
      assertEquals(1L << 30, process.get(ProcessRecord.SHM));
      Record shm = Record.allocate(ShmRecord.TYPE);
      at(2);
      assertTrue(ref.read(ShmRecord.USERS.bit(), shm, Cancellation.NEVER), "unlinked, but mapped");
      assertEquals(1, shm.get(ShmRecord.USERS));
      at(1);
      assertFalse(ref.read(ShmRecord.USERS.bit(), shm, Cancellation.NEVER));
    }
    at(1);
    assertEquals(
        3 << 20,
        collect(Query.of(ShmRecord.TYPE), ShmRecord.TYPE).stream()
            .filter(shm -> shm.get(ShmRecord.KIND) == ShmRecord.SYSTEM_V)
            .findFirst()
            .orElseThrow()
            .get(ShmRecord.SIZE));
  }

  @Test
  void filtersSelectTheUsersOfSharedMemory() throws Exception {
    play(SCRIPT);
    at(2);
    Query query = Query.of(ShmRecord.TYPE, ShmUserRecord.TYPE).withPids(Set.of(200));
    List<Record> objects = collect(query, ShmRecord.TYPE);
    assertEquals(1, objects.size());
    assertFalse(objects.get(0).has(ShmRecord.USERS), "the other users weren't counted");
    assertEquals(1, collect(query, ShmUserRecord.TYPE).size());
    assertEquals(0, collect(query.withPids(Set.of(300)), ShmRecord.TYPE).size());
  }

  @Test
  void aRepeatedScriptCreatesItsObjectsAgain() throws Exception {
    play(SCRIPT + "10s repeat\n");
    at(32);
    assertEquals(3, collect(Query.of(ShmRecord.TYPE), ShmRecord.TYPE).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0s open 100 3 regular path=/x",
        "0s open 100 3 regular inode=1",
        "0s open 100 3 nothing inode=1 path=/x",
        "0s open 100 -1 regular inode=1 path=/x",
        "0s open 300 3 regular inode=1 path=/x",
        "0s open 100 3 socket inode=1 protocol=sctp",
        "0s open 100 3 socket inode=1 protocol=tcp state=dead",
        "0s open 100 3 socket inode=1 protocol=tcp local=localhost:1",
        "0s open 100 3 socket inode=1 protocol=tcp local=1.2.3.4:70000",
        "0s open 100 3 socket inode=1 protocol=tcp6 local=1.2.3.4:7",
        "0s close 100 3",
        "0s shm a kind=file",
        "0s shm a size=1M",
        "0s shm a kind=posix colour=red",
        "0s map 100 a bytes=1",
        "0s unmap 100 a",
        "0s hold 100 a fds=1",
        "0s unlink a"
      })
  void aStatementThatMakesNoSenseIsRefused(String line) {
    assertThrows(
        SimulationScriptException.class,
        () -> SimulationScript.parse("0s spawn 100 comm=java\n" + line + "\n"));
  }
}
