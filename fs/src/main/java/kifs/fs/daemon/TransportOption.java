package kifs.fs.daemon;

import java.util.OptionalInt;
import kifs.fs.transport.Transport;
import kifs.fs.transport.direct.DirectTransport;
import kifs.fs.transport.jnrfuse.JnrFuseTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport that {@code --transport=} and {@code --fd=} choose. Immutable.
 *
 * @param name {@code auto}, or the name of a transport
 * @param fd the descriptor of a tree that somebody else has mounted
 */
public record TransportOption(String name, OptionalInt fd) {
  /** jnr-fuse where libfuse 2 is, the direct transport elsewhere. */
  public static final String AUTO = "auto";

  private static final Logger LOG = LoggerFactory.getLogger(TransportOption.class);

  /**
   * @param fd null: there is none
   * @throws IllegalArgumentException if there is no such transport, or only the direct one can use
   *     the descriptor
   */
  public static TransportOption of(String name, @Nullable Integer fd) {
    switch (name) {
      case AUTO, DirectTransport.NAME -> {}
      case JnrFuseTransport.NAME -> {
        if (fd != null) {
          throw new IllegalArgumentException("--fd= needs --transport=" + DirectTransport.NAME);
        }
      }
      default ->
          throw new IllegalArgumentException("no transport " + name + ": auto, direct or jnr-fuse");
    }
    if (fd != null && fd < 0) {
      throw new IllegalArgumentException("--fd=" + fd + ": not a descriptor");
    }
    return new TransportOption(name, fd == null ? OptionalInt.empty() : OptionalInt.of(fd));
  }

  /** Makes the transport, which binds the libraries that it needs. */
  Transport make() {
    if (fd.isPresent() || name.equals(DirectTransport.NAME)) {
      return new DirectTransport(fd);
    }
    if (name.equals(JnrFuseTransport.NAME)) {
      return new JnrFuseTransport();
    }
    try {
      return new JnrFuseTransport();
    } catch (LinkageError e) {
      LOG.info("libfuse 2 isn't there, so kifs speaks the protocol by itself");
      return new DirectTransport(fd);
    }
  }
}
