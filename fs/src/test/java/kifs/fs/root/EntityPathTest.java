package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Map;
import kifs.fs.tree.Directory;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedShm;
import kifs.notifier.entity.EntityId;
import kifs.notifier.entity.EntityKind;
import org.junit.jupiter.api.Test;

/** The path of an entity in an event is a directory of the tree. */
class EntityPathTest {
  @Test
  void thePathOfEachEntityIsItsDirectory() {
    try (Rig rig = new Rig()) {
      SimulatedProcess java = rig.kernel.spawn(100, "java");
      java.spawnThread(101, "worker");
      SimulatedShm cache = rig.kernel.shm(ShmRecord.POSIX, "cache");
      Map<EntityId, String> paths =
          Map.of(
              new EntityId(EntityKind.SYSTEM, false, 0, 0, 0), "system",
              new EntityId(EntityKind.LOCKS, false, 0, 0, 0), "locks",
              new EntityId(EntityKind.PROCESS, false, 100, 0, 0), "processes/100",
              new EntityId(EntityKind.PROCESS, true, 0, 0, 0), "processes/sum",
              new EntityId(EntityKind.THREAD, false, 100, 101, 0), "processes/100/threads/101",
              new EntityId(EntityKind.THREAD, true, 100, 0, 0), "processes/100/threads/sum",
              new EntityId(EntityKind.SHM, false, 0, 0, cache.id()), "shm/file-1000-25",
              new EntityId(EntityKind.SHM, true, 0, 0, 0), "shm/sum");
      assertInstanceOf(Directory.class, rig.node("shm/" + cache.id()), "the id of a bulk");
      paths.forEach(
          (entity, path) -> {
            assertEquals(path, EntityPath.of(entity, rig.kernel::cgroupPath));
            assertInstanceOf(Directory.class, rig.node(path));
          });
    }
  }
}
