package kifs.fs.node.notify;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import kifs.fs.access.Gate;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.kernel.record.Guard;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.notifier.condition.ConditionParser;
import kifs.notifier.entity.Scope;
import kifs.notifier.waiting.Audience;
import kifs.notifier.waiting.Subscription;

/**
 * A threshold. Its open blocks until the threshold is crossed, unless the client opens it with
 * O_NONBLOCK or {@code follow}. Immutable.
 */
final class ThresholdNode implements FileNode {
  private final Subscriptions thresholds;
  private final Gate gate;
  private final Guard guard;
  private final Supplier<Scope> binding;
  private final ConditionParser.Request request;
  private final String name;

  /**
   * @param gate decides who may open it
   * @param guard who may know the metric
   * @param name the path of the threshold; {@link Retries} finds its waiter again by it
   */
  ThresholdNode(
      Subscriptions thresholds,
      Gate gate,
      Guard guard,
      Supplier<Scope> binding,
      ConditionParser.Request request,
      String name) {
    this.thresholds = thresholds;
    this.gate = gate;
    this.guard = guard;
    this.binding = binding;
    this.request = request;
    this.name = name;
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    Audience audience = thresholds.audience(name, caller, gate, guard, hasStatus());
    if (mode.nonBlocking() || request.follow()) {
      return openStream(caller, audience);
    }
    Subscription subscription =
        thresholds.resume(name, binding, request.condition(), caller, audience);
    CompletableFuture<OpenFile> opened = new CompletableFuture<>();
    subscription.onReady(() -> settle(opened, subscription));
    opened.whenComplete((file, error) -> leave(subscription, caller, audience, error));
    return opened;
  }

  private boolean hasStatus() {
    return request.condition().metric().event() == ProcessEvent.Kind.EXIT;
  }

  /**
   * Opens at once. If the condition compares later values with the value at the opening, the open
   * waits for the first sample.
   */
  private CompletableFuture<OpenFile> openStream(Caller caller, Audience audience) {
    Subscription subscription =
        thresholds.subscribe(name, binding, request.condition(), caller, audience);
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

  private void leave(Subscription subscription, Caller caller, Audience audience, Throwable error) {
    // The woken client often waits for this thread's CPU, so it runs first.
    Thread.yield();
    boolean interrupted = error instanceof FsException e && e.errno() == Errno.EINTR;
    if (interrupted) {
      thresholds.leave(name, caller, audience, subscription);
    } else {
      subscription.close();
    }
  }
}
