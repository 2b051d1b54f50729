package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What doesn't change while a kernel runs.
 *
 * @param name host name
 * @param boot id of this boot
 * @param pageSize bytes
 * @param processors online
 */
public record Host(String name, UUID boot, int pageSize, int processors) {
  /** The boot id's 16 bytes in the order in which it is written. */
  byte[] bootId() {
    return ByteBuffer.allocate(16)
        .putLong(boot.getMostSignificantBits())
        .putLong(boot.getLeastSignificantBits())
        .array();
  }
}
