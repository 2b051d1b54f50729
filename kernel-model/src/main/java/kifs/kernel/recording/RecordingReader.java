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
 * Reads the bulks of a file, one after another. It allocates only as much as the file has, whatever
 * a header claims. Not thread-safe.
 */
public final class RecordingReader {
  /** A bulk is at most as large as a buffer can be. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

  private final ByteSource source;
  private @Nullable BulkReader bulk;
  private long wholeBytes;

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
    long start = source.position();
    byte[] first = source.read(SnapshotRecord.TYPE.size());
    if (first.length == 0) {
      return false;
    }
    try {
      bulk = new BulkReader(ByteBuffer.wrap(source.readAfter(first, rest(first))));
    } catch (BulkFormatException e) {
      throw e.inFile(start);
    }
    wholeBytes = source.position();
    return true;
  }

  /** The bytes after the fixed part of a SNAPSHOT record, as far as it can be believed. */
  private static long rest(byte[] first) {
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

  /** How many bytes of the file are right, from its start to the end of the last whole bulk. */
  public long wholeBytes() {
    return wholeBytes;
  }
}
