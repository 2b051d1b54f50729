package kifs.kernel.bpf.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import kifs.kernel.bpf.program.PassPlan;
import org.junit.jupiter.api.Test;

class CommandCacheTest {
  private static final long MEMORY = 77;

  private final CommandCache cache = new CommandCache();

  @Test
  void keepsItsLinesWhileItGrows() {
    int many = 5_000;
    IntStream.rangeClosed(1, many).forEach(pid -> put(pid, pid * 10L));
    for (int pid = 1; pid <= many; pid++) {
      assertArrayEquals(line(pid), cache.get(pid, pid * 10L, MEMORY));
    }
  }

  @Test
  void dropsTheLineOfAProcessThatRanOrExecuted() {
    put(1, 10);
    assertNull(cache.get(1, 11, MEMORY));
    assertNull(cache.get(1, 10, MEMORY + 1));
  }

  @Test
  void storesNoLineOfAProcessThatWasRunning() {
    put(1, -1);
    assertNull(cache.get(1, -1, MEMORY));
  }

  @Test
  void dropsTheProcessesThatHaveVanished() {
    IntStream.rangeClosed(1, 2_000).forEach(pid -> put(pid, 1));
    PassPlan living = new PassPlan();
    IntStream.of(7, 5).forEach(pid -> living.add(pid, 1));
    cache.retain(living);
    assertArrayEquals(line(5), cache.get(5, 1, MEMORY));
    assertArrayEquals(line(7), cache.get(7, 1, MEMORY));
    assertNull(cache.get(6, 1, MEMORY));
  }

  private void put(int pid, long runtime) {
    byte[] line = line(pid);
    ByteBuffer from = ByteBuffer.allocate(100).put(8, line);
    cache.put(pid, runtime, MEMORY, from, 8, line.length);
  }

  @Test
  void replacesTheLineOfAProcess() {
    put(1, 10);
    cache.put(1, 20, MEMORY, ByteBuffer.wrap(line(2)), 0, line(2).length);
    assertArrayEquals(line(2), cache.get(1, 20, MEMORY));
  }

  private static byte[] line(int pid) {
    return ("program " + pid).getBytes(StandardCharsets.UTF_8);
  }
}
