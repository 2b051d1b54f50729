package kifs.kernel.recording;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import kifs.kernel.bulk.BulkFormatException;

/** Compresses and decompresses the payloads of blocks. Stateless. */
final class Payloads {
  /** Level 3 is zstd's default. Higher ones take more time than they save bytes. */
  private static final int LEVEL = 3;

  private Payloads() {}

  /** The zstd frame of a payload; the payload itself if a frame isn't smaller, or is too small. */
  static byte[] compress(byte[] plain) {
    byte[] frame = Zstd.compress(plain, LEVEL);
    boolean isSmaller = frame.length < plain.length;
    return isSmaller && plain.length <= Block.maxPlainBytes(frame.length) ? frame : plain;
  }

  /**
   * The payload of a block, whose header has bounded its size.
   *
   * @throws BulkFormatException if it isn't what the header says; its place is in the payload
   */
  static byte[] decompress(Block block, byte[] stored) throws BulkFormatException {
    if (stored.length < block.storedBytes()) {
      throw new BulkFormatException(stored.length, "ends within a block's payload");
    }
    if (Block.crc(stored, stored.length) != block.payloadCrc()) {
      throw new BulkFormatException(0, "wrong checksum of a block's payload");
    }
    if (!block.isCompressed()) {
      return stored;
    }
    byte[] plain = new byte[(int) block.plainBytes()];
    try {
      long size = Zstd.decompressByteArray(plain, 0, plain.length, stored, 0, stored.length);
      if (size != plain.length) {
        throw new BulkFormatException(0, "decompresses to " + size + " bytes");
      }
      return plain;
    } catch (ZstdException e) {
      throw new BulkFormatException(0, "can't be decompressed: " + e.getMessage());
    }
  }
}
