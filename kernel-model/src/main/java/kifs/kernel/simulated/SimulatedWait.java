package kifs.kernel.simulated;

import java.util.Locale;

/** What a simulated thread can be blocked on, and how a kernel would show that. */
public enum SimulatedWait {
  MUTEX(1, 202, "futex_wait_queue"),
  PI_MUTEX(2, 202, "rt_mutex_wait_proxy_lock"),
  JOIN(3, 202, "futex_wait_queue"),
  FILE_LOCK(4, 72, "posix_lock_inode_wait"),
  CHILD(5, 61, "do_wait"),
  FUTEX(6, 202, "futex_wait_queue");

  private final int kind;
  private final int systemCall;
  private final String channel;

  SimulatedWait(int kind, int systemCall, String channel) {
    this.kind = kind;
    this.systemCall = systemCall;
    this.channel = channel;
  }

  /** The value of THREAD's {@code wait_kind}. */
  public int kind() {
    return kind;
  }

  /** The name in a script: {@code mutex}, {@code pi-mutex}, {@code file-lock}. */
  public String scriptName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its number on x86-64. */
  int systemCall() {
    return systemCall;
  }

  String channel() {
    return channel;
  }
}
