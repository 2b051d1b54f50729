package kifs.fs.transport.direct.protocol;

/** Bytes that aren't a request of the protocol. */
public final class BadRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadRequestException(String message) {
    super(message);
  }
}
