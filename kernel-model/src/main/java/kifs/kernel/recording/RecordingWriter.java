package kifs.kernel.recording;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.SnapshotRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes bulks one after another as a recording: some whole, and of the others what differs from
 * the bulk before. After each call the file is a whole recording, which can be read. Not
 * thread-safe.
 */
public final class RecordingWriter {
  /** Every so many bulks one is whole, so that a reader need not begin at the start. */
  private static final int WHOLE_EVERY = 60;

  private final OutputStream out;
  private byte @Nullable [] before;
  private int differences;
  private long bytes;

  /**
   * @param out gets each block by one write
   */
  public RecordingWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Appends a bulk.
   *
   * @param bulk is kept until the next call, and must not change
   * @param gap the time before it in which no bulk was taken
   * @throws BulkFormatException if the bytes are no bulk; then nothing is written
   */
  public void append(byte[] bulk, Optional<Recording.Gap> gap)
      throws IOException, BulkFormatException {
    BulkReader reader = new BulkReader(ByteBuffer.wrap(bulk));
    if (reader.size() != bulk.length) {
      throw new BulkFormatException(reader.size(), "bytes after the bulk");
    }
    if (gap.isPresent()) {
      append(gap.get());
    }
    long realtimeNs = reader.snapshot().get(SnapshotRecord.REALTIME);
    byte[] earlier = before;
    boolean isWhole = earlier == null || differences >= WHOLE_EVERY - 1;
    byte[] plain = isWhole || earlier == null ? bulk : Difference.of(earlier, bulk);
    Block.Kind kind = isWhole ? Block.Kind.WHOLE : Block.Kind.DIFFERENCE;
    byte[] stored = Payloads.compress(plain);
    int crc = Block.crc(stored, stored.length);
    boolean isCompressed = stored != plain;
    write(
        new Block(kind, isCompressed, realtimeNs, stored.length, plain.length, bulk.length, crc, 0),
        stored);
    differences = isWhole ? 0 : differences + 1;
    before = bulk;
  }

  /** Notes that no bulk was taken for a while. */
  public void append(Recording.Gap gap) throws IOException {
    byte[] none = new byte[0];
    int cause = gap.cause().map(GapCause::code).orElse(0);
    int crc = Block.crc(none, 0);
    write(
        new Block(Block.Kind.GAP, false, gap.realtimeNs(), 0, 0, gap.lengthNs(), crc, cause), none);
  }

  /** The number of bytes that were written. */
  public long bytes() {
    return bytes;
  }

  private void write(Block block, byte[] stored) throws IOException {
    ByteBuffer all =
        ByteBuffer.allocate(Block.BYTES + stored.length + Block.padding(stored.length));
    all.put(block.bytes()).put(stored);
    out.write(all.array());
    out.flush();
    bytes += all.capacity();
  }
}
