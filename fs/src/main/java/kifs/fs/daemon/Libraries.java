package kifs.fs.daemon;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import kifs.fs.transport.Transport;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.linux.Syscalls;

/**
 * Binds the native libraries while the rest of the start goes on, because this takes 0.2 s. One
 * thread binds them all: two threads that initialize classes which need each other could deadlock.
 * Thread-safe.
 */
public final class Libraries {
  private final CompletableFuture<Void> kernel = new CompletableFuture<>();
  private final CompletableFuture<TransportOption> chosen = new CompletableFuture<>();
  private final CompletableFuture<Transport> transport = new CompletableFuture<>();

  private Libraries() {}

  /** Begins to bind the libraries, and returns at once. */
  public static Libraries bind() {
    Libraries libraries = new Libraries();
    Thread thread = new Thread(libraries::bindAll, "kifs-libraries");
    thread.setDaemon(true);
    thread.start();
    return libraries;
  }

  private void bindAll() {
    complete(
        kernel,
        () -> {
          Syscalls.pageSize();
          BpfSource.bindLibrary();
          return null;
        });
    complete(transport, () -> chosen.join().make());
  }

  private static <T> void complete(CompletableFuture<T> future, Supplier<T> bind) {
    try {
      future.complete(bind.get());
    } catch (RuntimeException | Error e) {
      future.completeExceptionally(e);
    }
  }

  /** Waits for the libraries that kernel sources need. */
  void awaitKernel() {
    get(kernel);
  }

  /** Chooses the transport. Its libraries are bound only then. */
  void choose(TransportOption option) {
    chosen.complete(option);
  }

  /** Waits for the transport that was chosen. */
  Transport transport() {
    return get(transport);
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "a native library can't be loaded: " + e.getCause(), e.getCause());
    }
  }
}
