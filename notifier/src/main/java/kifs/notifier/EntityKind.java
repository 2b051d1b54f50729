package kifs.notifier;

import java.util.Locale;

/** The kinds of entity that have metrics. */
public enum EntityKind {
  SYSTEM,
  PROCESS,
  THREAD;

  /** As {@code schema/metrics} writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
