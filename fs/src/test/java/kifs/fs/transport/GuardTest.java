package kifs.fs.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletionException;
import java.util.function.IntSupplier;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.source.NoDescriptorsException;
import kifs.kernel.source.Shortage;
import org.junit.jupiter.api.Test;

/** What a client gets when the daemon runs out of something (docs/notify.md 11.4). */
class GuardTest {
  private static int errno(Throwable thrown) {
    IntSupplier body =
        () -> {
          if (thrown instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) thrown;
        };
    return -Guard.run("test", "/", body);
  }

  @Test
  void aShortageIsNoMissingEntity() {
    assertEquals(Errno.EMFILE.number(), errno(new NoDescriptorsException("none")));
    assertEquals(
        Errno.EMFILE.number(), errno(new CompletionException(new NoDescriptorsException("none"))));
    long threads = Shortage.THREADS.count();
    long memory = Shortage.MEMORY.count();
    assertEquals(
        Errno.EAGAIN.number(), errno(new OutOfMemoryError("unable to create native thread")));
    assertEquals(Errno.ENOMEM.number(), errno(new OutOfMemoryError("Java heap space")));
    assertEquals(1, Shortage.THREADS.count() - threads);
    assertEquals(1, Shortage.MEMORY.count() - memory);
  }

  @Test
  void expectedErrorsKeepTheirNumbers() {
    FsException gone = new FsException(Errno.ESRCH, "gone");
    assertEquals(Errno.ESRCH.number(), errno(gone));
    assertEquals(Errno.ESRCH.number(), errno(new CompletionException(gone)));
  }
}
