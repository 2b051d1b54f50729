package kifs.fs.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the daemon does when it gets a signal. The JDK has no public interface for this. {@code
 * sun.misc.Signal} is in every JDK, but javac warns of it, so it is called by reflection.
 * Stateless, so thread-safe.
 */
public final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * Sets what a signal does from now on, instead of ending the JVM. If this JVM doesn't allow it,
   * the signal keeps its effect, and a warning is logged.
   *
   * @param name without SIG
   * @param action called in a thread of the JVM, for each time the signal arrives
   */
  public static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler invocation =
          (proxy, method, arguments) -> {
            action.run();
            return null;
          };
      Object caller =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(), new Class<?>[] {handler}, invocation);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), caller);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.warn("SIG{} keeps its default effect, because this JVM doesn't let it be handled", name);
    }
  }

  /** From now on a signal does nothing. */
  public static void ignore(String name) {
    handle(name, () -> {});
  }
}
