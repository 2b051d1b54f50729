package kifs.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.simulated.SimulatedCgroup;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedShm;
import kifs.kernel.simulated.SimulatedThread;
import kifs.kernel.simulated.figures.SimulatedWait;

/**
 * Makes every kind of change in a simulated kernel, in a random order that a seed decides. Not
 * thread-safe.
 */
public final class SimulatedStorm {
  private static final int FIRST_PID = 100;
  private static final int PIDS = 40;

  private final SimulatedKernel kernel;
  private final Random random;
  private final List<SimulatedProcess> processes = new ArrayList<>();
  private final List<SimulatedShm> objects = new ArrayList<>();
  private final List<SimulatedCgroup> groups = new ArrayList<>();
  private final Set<Mapping> mappings = new HashSet<>();
  private int named;

  private record Mapping(SimulatedProcess process, SimulatedShm object) {}

  public SimulatedStorm(SimulatedKernel kernel, long seed) {
    this.kernel = kernel;
    this.random = new Random(seed);
    for (int i = 0; i < PIDS / 2; i++) {
      spawn();
    }
  }

  /** Makes some changes. */
  public void blow() {
    int changes = random.nextInt(6);
    for (int i = 0; i < changes; i++) {
      processes.removeIf(SimulatedProcess::isGone);
      if (processes.size() < 5) {
        spawn();
      }
      switch (random.nextInt(5)) {
        case 0 -> spawn();
        case 1 -> any().exit(0);
        case 2 -> changeObjects();
        case 3 -> changeGroups();
        default -> change(any());
      }
    }
  }

  /** The ids are few, so that many are used again. */
  private void spawn() {
    int pid = FIRST_PID + random.nextInt(PIDS) * 10;
    if (processes.stream().anyMatch(process -> process.pid() == pid && !process.isGone())) {
      return;
    }
    SimulatedProcess process = kernel.spawn(pid, "proc" + random.nextInt(3));
    process.commandLine("a command " + random.nextInt(3)).executable("/bin/" + random.nextInt(3));
    if (random.nextBoolean()) {
      process.cpu(random.nextInt(100));
    }
    processes.add(process);
  }

  private SimulatedProcess any() {
    return processes.get(random.nextInt(processes.size()));
  }

  private void change(SimulatedProcess process) {
    int value = random.nextInt(20);
    switch (random.nextInt(16)) {
      case 0 -> process.exec("exec" + value).commandLine("exec " + value);
      case 1 -> process.rename("name" + value);
      case 2 -> process.uid(value);
      case 3 -> process.gid(value);
      case 4 -> process.nice(value);
      case 5 -> process.rss(value * 4096L);
      case 6 -> process.limit("nofile", 100 + value, 200);
      case 7 -> process.state("SRDT".charAt(value % 4));
      case 8 -> process.fds(value);
      case 9 -> process.oomScoreAdj(value);
      case 10 -> process.parent(any().pid());
      case 11 -> process.swap(value * 4096L).vsize(value * 8192L);
      case 12 -> spawnThread(process);
      case 13 -> process.thread().blockedOn(SimulatedWait.MUTEX, value, any().pid());
      case 14 -> process.thread().runs();
      default -> process.commandLine("another command " + value);
    }
  }

  private void spawnThread(SimulatedProcess process) {
    SimulatedThread thread = process.spawnThread("worker");
    if (random.nextBoolean()) {
      thread.exit();
    }
  }

  private void changeObjects() {
    if (objects.isEmpty() || random.nextInt(4) == 0) {
      objects.add(kernel.shm(ShmRecord.POSIX, "object" + named++).size(random.nextInt(9) * 4096L));
    }
    SimulatedShm object = objects.get(random.nextInt(objects.size()));
    switch (random.nextInt(5)) {
      case 0 -> object.size(random.nextInt(9) * 4096L);
      case 1 -> map(any(), object);
      case 2 -> unmap();
      case 3 -> {
        object.unlink();
        objects.remove(object);
      }
      default -> object.uid(random.nextInt(9));
    }
  }

  private void map(SimulatedProcess process, SimulatedShm object) {
    Mapping mapping = new Mapping(process, object);
    if (mappings.add(mapping)) {
      process.map(object, 4096);
    }
  }

  private void unmap() {
    mappings.removeIf(mapping -> mapping.process().isGone() || !objects.contains(mapping.object()));
    mappings.stream()
        .findFirst()
        .ifPresent(
            mapping -> {
              mapping.process().unmap(mapping.object());
              mappings.remove(mapping);
            });
  }

  private void changeGroups() {
    if (groups.isEmpty() || random.nextInt(4) == 0) {
      groups.add(kernel.simulatedCgroup("/group" + random.nextInt(4) + "/sub-" + named++));
    }
    SimulatedCgroup group = groups.get(random.nextInt(groups.size()));
    switch (random.nextInt(3)) {
      case 0 -> group.set(CgroupRecord.MEMORY, random.nextInt(9) * 4096L);
      case 1 -> {
        group.remove();
        groups.remove(group);
      }
      default -> any().cgroup("/group" + random.nextInt(4));
    }
  }
}
