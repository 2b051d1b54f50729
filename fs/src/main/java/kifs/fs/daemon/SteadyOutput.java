package kifs.fs.daemon;

import java.io.IOException;
import java.io.OutputStream;
import kifs.kernel.source.Shortage;

/**
 * The log's output. A write that fails, because the disk is full, is counted and forgotten: the
 * logging library would otherwise never write again. Thread-safe if the outputs are.
 */
final class SteadyOutput extends OutputStream {
  private volatile OutputStream out;

  SteadyOutput(OutputStream out) {
    this.out = out;
  }

  /** Writes to another output from now on, and closes the present one. */
  void replace(OutputStream other) {
    OutputStream before = out;
    out = other;
    try {
      before.close();
    } catch (IOException e) {
      Shortage.LOG_SPACE.count(1);
    }
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      Shortage.LOG_SPACE.count(1);
    }
  }

  @Override
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      Shortage.LOG_SPACE.count(1);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
