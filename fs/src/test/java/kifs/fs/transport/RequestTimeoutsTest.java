package kifs.fs.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in a temporary directory stand for the kernel's settings. */
class RequestTimeoutsTest {
  private static final RequestTimeouts NONE = new RequestTimeouts(Long.MAX_VALUE, List.of());

  @TempDir Path settings;

  private RequestTimeouts read(String defaultTimeout, String maxTimeout) throws IOException {
    Files.writeString(settings.resolve("default_request_timeout"), defaultTimeout);
    Files.writeString(settings.resolve("max_request_timeout"), maxTimeout);
    return RequestTimeouts.read(settings);
  }

  @Test
  void aKernelWithoutTheSettingsHasNoTimeout() {
    assertEquals(NONE, RequestTimeouts.read(settings));
  }

  @Test
  void zeroAndRubbishAreNoTimeout() throws IOException {
    assertEquals(NONE, read("0\n", "rubbish\n"));
  }

  @Test
  void aWaitMayLastHalfOfTheShorterTimeout() throws IOException {
    assertEquals(5_000_000_000L, read("10\n", "60\n").maxWaitNs());
    assertEquals(2_500_000_000L, read("10\n", "5\n").maxWaitNs());
  }

  @Test
  void eachTimeoutIsWarnedOf() throws IOException {
    assertEquals(
        List.of(
            "fs.fuse.default_request_timeout=10: opens that block end before that, with EAGAIN",
            "fs.fuse.max_request_timeout=60: opens that block end before that, with EAGAIN"),
        read("10\n", "60\n").warnings());
  }
}
