package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The facts of a host that don't change while a kernel runs. Immutable.
 *
 * @param name host name
 * @param boot id of this boot
 * @param pageSize bytes
 * @param cpus number of online CPUs
 */
public record Host(String name, UUID boot, int pageSize, int cpus) {
  /** The 16 bytes of the boot id, in the order in which the id is written. */
  byte[] bootId() {
    return ByteBuffer.allocate(16)
        .putLong(boot.getMostSignificantBits())
        .putLong(boot.getLeastSignificantBits())
        .array();
  }
}
