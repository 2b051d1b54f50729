package kifs.kernel.locks.blocked;

import java.lang.reflect.Proxy;
import java.util.Optional;
import kifs.kernel.locks.graph.ThreadId;

/** A host that answers only what a test says. */
final class FakeFacts {
  /** Answers one call of a method of {@link LockFacts}. */
  @FunctionalInterface
  interface Answers {
    /** Throws for what the test doesn't expect to be asked. */
    Object to(String method, Object[] arguments);
  }

  private FakeFacts() {}

  /** All ids are of threads of the process that they are looked for in. */
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
