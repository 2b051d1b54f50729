package kifs.fs.node.limits;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kifs.fs.access.AccessRules;
import kifs.fs.access.Callers;
import kifs.fs.node.text.TextFile;
import kifs.fs.node.text.Values;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.kernel.limits.BoundLimit;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.LimitException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open limit. A read at offset 0 reads the limit anew. A write is one new value, and changes
 * the limit before it returns. Thread-safe. No lock is held while the limit is read or changed.
 */
final class LimitFile implements OpenFile {
  private static final Logger LOG = LoggerFactory.getLogger(LimitFile.class);

  /** A longer write can reach a transport in two parts, and the first must not count alone. */
  private static final int MAX_BYTES = 4095;

  /** How much of a value is logged, chars. */
  private static final int LOGGED_CHARS = 400;

  private static final RefusalLog REFUSALS = new RefusalLog(System::nanoTime, LOG::info);

  private final BoundLimit limit;
  private final Optional<ClientIdentity> opener;
  private final AccessRules access;
  private final String path;

  /** Answers the reads. */
  private final OpenFile text;

  /**
   * @param opener the client that opened the file for writing; empty: it can't be identified, or
   *     opened it for reading
   */
  LimitFile(BoundLimit limit, Optional<ClientIdentity> opener, AccessRules access, String path) {
    this.limit = limit;
    this.opener = opener;
    this.access = access;
    this.path = path;
    this.text = new TextFile(() -> line(limit));
  }

  private static String line(BoundLimit limit) {
    try {
      return limit.read() + "\n";
    } catch (LimitException e) {
      throw refused(e);
    }
  }

  @Override
  public CompletableFuture<Void> prepare(long offset, boolean nonBlocking) {
    return text.prepare(offset, nonBlocking);
  }

  @Override
  public int read(long offset, ByteBuffer to) {
    return text.read(offset, to);
  }

  @Override
  public int write(Caller caller, long offset, ByteBuffer from) {
    int length = from.remaining();
    byte[] bytes = new byte[Math.min(length, MAX_BYTES)];
    from.get(bytes);
    String value = Values.of(bytes).strip();
    String old = present();
    try {
      if (length > MAX_BYTES || offset != 0) {
        throw LimitException.invalid("a limit is one write of less than 4 KiB, at offset 0");
      }
      limit.write(value, rights(caller));
    } catch (LimitException e) {
      String reason = errno(e) + ": " + e.getMessage();
      REFUSALS.refused(caller.uid(), line(caller, old, value, reason));
      throw refused(e);
    }
    LOG.info("{}", line(caller, old, value, "done"));
    return length;
  }

  /**
   * The rights that both the client that opened the file and the one that writes have. A descriptor
   * that was handed over gives nothing away.
   */
  private ClientIdentity rights(Caller caller) {
    ClientIdentity writer =
        access
            .identity(caller)
            .orElseThrow(() -> notPermitted("the client that writes can't be identified"));
    ClientIdentity first =
        opener.orElseThrow(() -> notPermitted("the client that opened can't be identified"));
    if (!first.isSameUser(writer)) {
      throw notPermitted("the file was opened by a client with other ids");
    }
    return writer.limitedBy(first);
  }

  private static LimitException notPermitted(String message) {
    return new LimitException(LimitException.EPERM, message);
  }

  private String present() {
    try {
      return limit.read();
    } catch (LimitException e) {
      return "-";
    }
  }

  private String line(Caller caller, String old, String value, String result) {
    return "limit %s: %s wrote \"%s\" where it was \"%s\": %s"
        .formatted(path, Callers.describe(caller), logged(value), logged(old), result);
  }

  private static String logged(String value) {
    return Values.escaped(value.substring(0, Math.min(value.length(), LOGGED_CHARS)));
  }

  private static FsException refused(LimitException e) {
    return new FsException(errno(e), e.getMessage());
  }

  private static Errno errno(LimitException e) {
    return Errno.of(e.errno());
  }

  @Override
  public void release() {
    limit.close();
  }
}
