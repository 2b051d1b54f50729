package kifs.kernel.simulated.figures;

import java.util.Arrays;
import java.util.stream.Collectors;
import kifs.kernel.record.WaitKind;

/** The things that a simulated thread can wait for, and how a kernel shows such a wait. */
public enum SimulatedWait {
  MUTEX(WaitKind.MUTEX, 202, "futex_wait_queue"),
  PI_MUTEX(WaitKind.PI_MUTEX, 202, "rt_mutex_wait_proxy_lock"),
  RWLOCK(WaitKind.RWLOCK, 202, "futex_wait_queue"),
  JOIN(WaitKind.JOIN, 202, "futex_wait_queue"),
  FILE_LOCK(WaitKind.FILE_LOCK, 72, "posix_lock_inode_wait"),
  CHILD(WaitKind.CHILD, 61, "do_wait"),
  FUTEX(WaitKind.FUTEX, 202, "futex_wait_queue");

  private final WaitKind kind;
  private final int systemCall;
  private final String channel;

  SimulatedWait(WaitKind kind, int systemCall, String channel) {
    this.kind = kind;
    this.systemCall = systemCall;
    this.channel = channel;
  }

  public WaitKind kind() {
    return kind;
  }

  /** The name in a script: {@code mutex}, {@code pi-mutex}, {@code file-lock}. */
  public String scriptName() {
    return kind.label();
  }

  /** All names, separated by blanks, for error messages. */
  public static String scriptNames() {
    return Arrays.stream(values()).map(SimulatedWait::scriptName).collect(Collectors.joining(" "));
  }

  /** The number, on x86-64, of the system call that waits. */
  public int systemCall() {
    return systemCall;
  }

  /** The wait channel: the kernel function in which the thread waits. */
  public String channel() {
    return channel;
  }
}
