package kifs.kernel.recording;

import kifs.kernel.bulk.BulkFormatException;
import org.jspecify.annotations.Nullable;

/** Makes the bulks of blocks that come one after another. Not thread-safe. */
final class Decoder {
  private byte @Nullable [] before;

  /**
   * Makes the bulk of a block, from which the next one can be made.
   *
   * @param stored the payload as it is in the file, as far as the file has it
   * @throws BulkFormatException if the block is wrong, with the place in the block
   */
  byte[] decode(Block block, byte[] stored) throws BulkFormatException {
    byte[] bytes;
    try {
      byte[] payload = Payloads.decompress(block, stored);
      bytes = block.kind() == Block.Kind.WHOLE ? payload : after(payload, block.value());
    } catch (BulkFormatException e) {
      throw e.inFile(Block.BYTES);
    }
    if (bytes.length == 0 || bytes.length != block.value()) {
      throw new BulkFormatException(40, "a bulk of " + bytes.length + " bytes");
    }
    before = bytes;
    return bytes;
  }

  /** Continues after that bulk; null: the next block must have a whole one. */
  void continueAfter(byte @Nullable [] bulk) {
    before = bulk;
  }

  private byte[] after(byte[] difference, long size) throws BulkFormatException {
    if (before == null) {
      throw new BulkFormatException(0, "a difference without a bulk before it");
    }
    return Difference.apply(before, difference, size);
  }
}
