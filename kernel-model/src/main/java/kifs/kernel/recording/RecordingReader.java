package kifs.kernel.recording;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Record;
import kifs.kernel.record.SnapshotRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bulks of a file, one after another: whole bulks as a mount gives them, and the blocks
 * of a recording. It allocates only as much as the file has, whatever a header claims. Not
 * thread-safe.
 */
public final class RecordingReader {
  /** The size of a bulk is bounded, whatever a file claims: by 1 GiB and a third of the heap. */
  static final long MAX_BYTES = Math.min(1 << 30, Runtime.getRuntime().maxMemory() / 3) & ~7L;

  private final ByteSource source;
  private final Decoder decoder = new Decoder();
  private @Nullable BulkReader bulk;
  private long wholeBytes;
  private long gapNs;

  /**
   * @param in should not be buffered, because it is read in large parts
   */
  public RecordingReader(InputStream in) {
    source = new ByteSource(in);
  }

  /**
   * Goes to the next bulk.
   *
   * @return whether there is one; false at the end of the file
   * @throws BulkFormatException if what follows is no bulk, with the place in the file
   */
  public boolean advance() throws IOException, BulkFormatException {
    gapNs = 0;
    while (true) {
      long start = source.position();
      byte[] first = source.read(Block.BYTES);
      if (first.length == 0) {
        return false;
      }
      try {
        boolean isBlock = Block.isAt(first);
        byte[] bytes = isBlock ? block(first) : plain(first);
        if (bytes.length > 0) {
          bulk = bulk(bytes, isBlock);
        }
        wholeBytes = source.position();
        if (bytes.length > 0) {
          return true;
        }
      } catch (BulkFormatException e) {
        throw e.inFile(start);
      }
    }
  }

  /** Checks a bulk. Its places are not those of the file if it comes from a block. */
  static BulkReader bulk(byte[] bytes, boolean isBlock) throws BulkFormatException {
    try {
      return new BulkReader(ByteBuffer.wrap(bytes));
    } catch (BulkFormatException e) {
      throw isBlock
          ? new BulkFormatException(0, "a block whose bulk is wrong at " + e.getMessage())
          : e;
    }
  }

  /** The bulk of a block; no bytes if the block is a gap. */
  private byte[] block(byte[] header) throws IOException, BulkFormatException {
    Block block = Block.parse(header);
    if (block.kind() == Block.Kind.GAP) {
      gapNs += block.value();
      return new byte[0];
    }
    byte[] stored = source.read(block.storedBytes());
    int padding = Block.padding(block.storedBytes());
    if (source.read(padding).length < padding) {
      throw new BulkFormatException(Block.BYTES + stored.length, "ends within a block's padding");
    }
    return decoder.decode(block, stored);
  }

  /** A bulk that is not in a block. */
  private byte[] plain(byte[] first) throws IOException {
    byte[] fixed = source.readAfter(first, SnapshotRecord.TYPE.size() - first.length);
    byte[] bytes = source.readAfter(fixed, rest(fixed));
    decoder.continueAfter(bytes);
    return bytes;
  }

  /**
   * The number of bytes after the fixed part of a SNAPSHOT record, as far as it can be believed; 0
   * if it can't.
   */
  static long rest(byte[] first) {
    if (first.length < SnapshotRecord.TYPE.size()) {
      return 0;
    }
    ByteBuffer snapshot = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN);
    Record record = new Record(SnapshotRecord.TYPE).wrap(snapshot, 0);
    boolean isBulk = record.text(SnapshotRecord.MAGIC).equals(SnapshotRecord.MAGIC_VALUE);
    long claimed = record.get(SnapshotRecord.BYTES);
    return isBulk && claimed > first.length && claimed <= MAX_BYTES ? claimed - first.length : 0;
  }

  /**
   * The bulk that {@link #advance} went to. It stays valid after the next call.
   *
   * @throws IllegalStateException if there was none
   */
  public BulkReader bulk() {
    if (bulk == null) {
      throw new IllegalStateException("no bulk yet");
    }
    return bulk;
  }

  /** How long no bulk was taken before this one, as far as the recording says; ns. */
  public long gapNs() {
    return gapNs;
  }

  /** How many bytes of the file are right, from its start to the end of the last whole bulk. */
  public long wholeBytes() {
    return wholeBytes;
  }
}
