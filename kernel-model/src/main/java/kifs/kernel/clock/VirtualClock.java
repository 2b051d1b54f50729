package kifs.kernel.clock;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that advances only when a test advances it. Thread-safe. */
public final class VirtualClock implements KernelClock {
  /** 2026-01-01T00:00:00Z, ns. */
  private static final long NEW_YEAR_NS = 1_767_225_600_000_000_000L;

  private static final long THOUSAND_SECONDS_NS = 1_000_000_000_000L;

  private final AtomicLong now;
  private final long bootRealtimeNs;

  /** The clock of a host that booted 1000 s ago. Its wall clock shows 2026-01-01T00:00:00Z. */
  public VirtualClock() {
    this(THOUSAND_SECONDS_NS, NEW_YEAR_NS);
  }

  /**
   * @param boottimeNs CLOCK_BOOTTIME at the start, ns
   * @param realtimeNs CLOCK_REALTIME at the start, ns
   */
  public VirtualClock(long boottimeNs, long realtimeNs) {
    if (boottimeNs < 0) {
      throw new IllegalArgumentException("before boot: " + boottimeNs);
    }
    now = new AtomicLong(boottimeNs);
    bootRealtimeNs = realtimeNs - boottimeNs;
  }

  @Override
  public long boottimeNs() {
    return now.get();
  }

  @Override
  public long realtimeNs() {
    return bootRealtimeNs + now.get();
  }

  /**
   * Advances the clock.
   *
   * @param ns how far; must not be negative
   */
  public void advance(long ns) {
    if (ns < 0) {
      throw new IllegalArgumentException("a clock doesn't go back: " + ns);
    }
    now.addAndGet(ns);
  }

  /** Advances the clock to that CLOCK_BOOTTIME, ns; does nothing if the clock has passed it. */
  public void advanceTo(long boottimeNs) {
    now.accumulateAndGet(boottimeNs, Math::max);
  }
}
