package kifs.kernel.locks.blocked;

import java.lang.reflect.Proxy;
import java.util.Optional;
import kifs.kernel.locks.graph.ThreadId;

/** Made-up {@link LockFacts} that answer only the calls that a test expects. */
final class FakeFacts {
  /** Answers a call of a method of {@link LockFacts}. */
  @FunctionalInterface
  interface Answers {
    /** Throws for a call that the test doesn't expect. */
    Object to(String method, Object[] arguments);
  }

  private FakeFacts() {}

  /** Every id is that of a thread of the process in which it is searched. */
  static LockFacts of(Answers answers) {
    return (LockFacts)
        Proxy.newProxyInstance(
            LockFacts.class.getClassLoader(),
            new Class<?>[] {LockFacts.class},
            (proxy, method, arguments) ->
                method.getName().equals("thread")
                    ? Optional.of(new ThreadId((int) arguments[0], (int) arguments[1]))
                    : answers.to(method.getName(), arguments));
  }
}
