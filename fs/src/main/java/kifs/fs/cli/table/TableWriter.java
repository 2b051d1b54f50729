package kifs.fs.cli.table;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.SnapshotRecord;

/** Writes tables in one format. Not thread-safe. */
public abstract class TableWriter {
  private final OutputStream out;

  /** Whether the output has the time of each bulk, because it can have several. */
  final boolean hasTimes;

  /** Whether numbers have units for people. */
  final boolean isHuman;

  /**
   * @param out should be buffered; {@link #write} doesn't flush it
   */
  TableWriter(OutputStream out, boolean hasTimes, boolean isHuman) {
    this.out = out;
    this.hasTimes = hasTimes;
    this.isHuman = isHuman;
  }

  /** Writes the tables of one bulk. */
  final void write(BulkReader bulk, List<Table> tables) throws IOException {
    try {
      write(hasTimes ? time(bulk) : "", tables);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Writes the tables of one bulk.
   *
   * @param time when the bulk was taken; empty unless the output has times
   */
  abstract void write(String time, List<Table> tables);

  /**
   * Writes what comes after the last table. Does not flush the output.
   *
   * @throws IOException if the output fails
   */
  public void finish() throws IOException {}

  /** When a bulk was taken, in UTC. */
  public static String time(BulkReader bulk) {
    long ns = bulk.snapshot().get(SnapshotRecord.REALTIME);
    return Instant.ofEpochSecond(0, ns).toString();
  }

  /**
   * @param text one char for each byte
   */
  final void put(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
