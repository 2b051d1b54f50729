package kifs.fs.transport;

import java.nio.file.Path;
import java.util.OptionalInt;
import kifs.fs.transport.direct.DirectTransport;
import kifs.fs.transport.jnrfuse.JnrFuseTransport;

/**
 * The transport that the property {@code kifs.transport} chooses for tests; jnr-fuse by default.
 */
final class TransportUnderTest {
  private TransportUnderTest() {}

  static ServingTransport make() {
    return make(RequestTimeouts.SETTINGS);
  }

  /**
   * @param settings the directory of the kernel's FUSE settings
   */
  static ServingTransport make(Path settings) {
    return DirectTransport.NAME.equals(System.getProperty("kifs.transport"))
        ? new DirectTransport(OptionalInt.empty(), settings)
        : new JnrFuseTransport(settings);
  }
}
