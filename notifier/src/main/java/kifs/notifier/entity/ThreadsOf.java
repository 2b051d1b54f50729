package kifs.notifier.entity;

import java.util.Optional;
import kifs.kernel.source.ProcessRef;

/**
 * The threads of one process.
 *
 * @param range any one of them, or all of them together
 */
record ThreadsOf(ProcessRef owner, Scope.Range range) implements Scope {
  @Override
  public EntityKind kind() {
    return EntityKind.THREAD;
  }

  @Override
  public Optional<ProcessRef> process() {
    return Optional.of(owner);
  }

  @Override
  public Subject identify() throws EntityVanishedException {
    return Subject.of(owner);
  }

  @Override
  public boolean exists() {
    return owner.isAlive();
  }

  @Override
  public void close() {
    owner.close();
  }
}
