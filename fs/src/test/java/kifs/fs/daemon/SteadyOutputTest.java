package kifs.fs.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import kifs.kernel.source.Shortage;
import org.junit.jupiter.api.Test;

/** A log on a disk that is full for a while. */
class SteadyOutputTest {
  private final ByteArrayOutputStream disk = new ByteArrayOutputStream();
  private boolean isFull;

  private final OutputStream file =
      new OutputStream() {
        @Override
        public void write(int one) throws IOException {
          if (isFull) {
            throw new IOException("No space left on device");
          }
          disk.write(one);
        }
      };

  @Test
  void writesAgainWhenThereIsSpace() {
    SteadyOutput log = new SteadyOutput(file);
    log.write('a');
    isFull = true;
    long before = Shortage.LOG_SPACE.count();
    log.write(new byte[] {'b', 'c'}, 0, 2);
    log.write('d');
    log.flush();
    assertEquals(2, Shortage.LOG_SPACE.count() - before);
    assertEquals(1, Shortage.lines().stream().filter(line -> line.contains("its log")).count());
    isFull = false;
    log.write('e');
    assertEquals("ae", disk.toString(StandardCharsets.US_ASCII));
  }
}
