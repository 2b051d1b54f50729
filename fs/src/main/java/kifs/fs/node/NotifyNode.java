package kifs.fs.node;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.notifier.ConditionParser;
import kifs.notifier.EntityGoneException;
import kifs.notifier.NotToldException;
import kifs.notifier.Scope;
import kifs.notifier.Subscription;
import kifs.notifier.TooManyWaitersException;

/** A threshold: its open blocks until it is crossed, unless asked not to. */
final class NotifyNode implements FileNode {
  private final Kernel kernel;
  private final Supplier<Scope> binding;
  private final ConditionParser.Request request;
  private final String name;

  /**
   * @param name tells the threshold from any other, for retries
   */
  NotifyNode(Kernel kernel, Supplier<Scope> binding, ConditionParser.Request request, String name) {
    this.kernel = kernel;
    this.binding = binding;
    this.request = request;
    this.name = name;
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    if (mode.nonBlocking() || request.follow()) {
      return openStream(caller);
    }
    Subscription left = kernel.retries().take(caller.tid(), name);
    Subscription subscription = left == null ? subscribe(caller) : left;
    CompletableFuture<OpenFile> opened = new CompletableFuture<>();
    subscription.onReady(() -> settle(opened, subscription));
    opened.whenComplete((file, error) -> leave(subscription, caller, error));
    return opened;
  }

  /** Returns at once, but for a first look where what comes is compared with what is. */
  private CompletableFuture<OpenFile> openStream(Caller caller) {
    Subscription subscription = subscribe(caller);
    EventStream stream = new EventStream(subscription, request.follow());
    if (!request.condition().dependsOnOpening()) {
      return CompletableFuture.completedFuture(stream);
    }
    CompletableFuture<OpenFile> opened = new CompletableFuture<>();
    subscription.armed().thenRun(() -> opened.complete(stream));
    opened.whenComplete(
        (file, error) -> {
          if (error != null) {
            stream.release();
          }
        });
    return opened;
  }

  private static void settle(CompletableFuture<OpenFile> opened, Subscription subscription) {
    if (subscription.isReady()) {
      opened.complete(new EventFile(subscription));
    } else if (subscription.isOver()) {
      opened.completeExceptionally(EventStream.ended());
    }
  }

  private void leave(Subscription subscription, Caller caller, Throwable error) {
    // Whoever has been woken is often on the processor of who tells him: he goes first.
    Thread.yield();
    boolean interrupted = error instanceof FsException e && e.errno() == Errno.EINTR;
    if (interrupted) {
      kernel.retries().keep(caller.tid(), name, subscription);
    } else {
      subscription.close();
    }
  }

  private Subscription subscribe(Caller caller) {
    try {
      return kernel.notifier().subscribe(binding.get(), request.condition(), caller.uid());
    } catch (EntityGoneException e) {
      throw new FsException(Errno.ESRCH, e.getMessage());
    } catch (TooManyWaitersException e) {
      throw new FsException(Errno.EAGAIN, e.getMessage());
    } catch (NotToldException e) {
      throw new FsException(Errno.ENODATA, e.getMessage());
    }
  }
}
