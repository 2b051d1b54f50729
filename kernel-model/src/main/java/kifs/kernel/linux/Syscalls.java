package kifs.kernel.linux;

import com.kenai.jffi.LastError;
import jnr.ffi.LibraryLoader;
import kifs.kernel.source.Shortage;

/**
 * System calls. Each method returns what the kernel does: a result of 0 or more, or a negative
 * errno. No method throws an exception for an error of the kernel. Addresses come from {@link
 * NativeBuffer}s. Stateless and thread-safe.
 */
public final class Syscalls {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EAGAIN = 11;
  public static final int EACCES = 13;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ENOSPC = 28;
  public static final int ENAMETOOLONG = 36;
  public static final int EOPNOTSUPP = 95;
  public static final int ENOBUFS = 105;

  public static final int AT_FDCWD = -100;
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_APPEND = 0x400;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_NOCTTY = 0x100;
  public static final int O_CLOEXEC = 0x80000;
  public static final int O_PATH = 0x200000;

  /** Differs between the architectures, unlike the other flags of this class. */
  public static final int O_DIRECTORY = isAarch64() ? 0x4000 : 0x10000;

  public static final int CLOCK_REALTIME = 0;
  public static final int CLOCK_MONOTONIC = 1;
  public static final int CLOCK_THREAD_CPUTIME_ID = 3;
  public static final int CLOCK_BOOTTIME = 7;

  public static final int RLIMIT_NOFILE = 7;

  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 1;
  private static final int MCL_CURRENT = 1;
  private static final int MCL_FUTURE = 2;
  private static final int MCL_ONFAULT = 4;
  private static final int MFD_CLOEXEC = 1;
  private static final int KCMP_VM = 1;
  private static final int KCMP_FILES = 2;
  private static final int PRIO_PROCESS = 0;
  private static final int SC_CLK_TCK = 2;
  private static final int SC_PAGESIZE = 30;
  private static final long SYS_GETTID = isAarch64() ? 178 : 186;
  private static final long SYS_KCMP = isAarch64() ? 272 : 312;
  private static final long SYS_PIDFD_OPEN = 434;
  private static final long SYS_CACHESTAT = 451;

  private static final LibcFunctions C = LibraryLoader.create(LibcFunctions.class).load("c");
  private static final LastError LAST_ERROR = LastError.getInstance();

  private Syscalls() {}

  /** Whether the architecture is aarch64. If not, it is x86-64. */
  public static boolean isAarch64() {
    return "aarch64".equals(System.getProperty("os.arch"));
  }

  /** Whether a call failed with EACCES or EPERM, because the caller lacks a permission. */
  public static boolean isRefusal(int result) {
    return result == -EACCES || result == -EPERM;
  }

  /** Whether a call failed because the daemon or the host has no more file descriptors. */
  public static boolean isShortage(int result) {
    return result == -EMFILE || result == -ENFILE;
  }

  /** Counts a call that the kernel refused because a user's maximum of watches is reached. */
  private static int noteShortage(int result) {
    if (result == -ENOSPC || isShortage(result)) {
      Shortage.WATCHES.note();
    }
    return result;
  }

  /** Opens a file. O_CLOEXEC is always set. */
  public static int openat(int dir, long path, int flags) {
    int fd = checked(C.openat(dir, path, flags | O_CLOEXEC, 0));
    if (isShortage(fd)) {
      Descriptors.noteUnopened();
    }
    return fd;
  }

  /**
   * Opens a file by its path. O_CLOEXEC is always set.
   *
   * @param path an absolute path, one char a byte
   */
  public static int open(String path, int flags) {
    return NativeBuffer.string(path).call(at -> openat(AT_FDCWD, at, flags));
  }

  public static int close(int fd) {
    return checked(C.close(fd));
  }

  /** Makes another descriptor number name the same open file. What it named before is closed. */
  public static int dup2(int fd, int target) {
    return checked(C.dup2(fd, target));
  }

  public static int read(int fd, long buffer, int count) {
    return checked((int) C.read(fd, buffer, count));
  }

  public static int pread(int fd, long buffer, int count, long offset) {
    return checked((int) C.pread(fd, buffer, count, offset));
  }

  public static int write(int fd, long buffer, int count) {
    return checked((int) C.write(fd, buffer, count));
  }

  public static long lseek(int fd, long offset, int whence) {
    long at = C.lseek(fd, offset, whence);
    return at >= 0 ? at : -LAST_ERROR.get();
  }

  public static int getdents64(int fd, long buffer, int count) {
    return checked((int) C.getdents64(fd, buffer, count));
  }

  /** Fills a struct statx, see {@link Statx}. Its layout is the same on every architecture. */
  public static int statx(int dir, long path, int flags, int mask, long buffer) {
    return checked(C.statx(dir, path, flags, mask, buffer));
  }

  /** Does as the other method for an absolute path, one char a byte. */
  public static int statx(String path, int flags, int mask, long buffer) {
    return NativeBuffer.string(path).call(at -> statx(AT_FDCWD, at, flags, mask, buffer));
  }

  public static int readlinkat(int dir, long path, long buffer, int size) {
    return checked((int) C.readlinkat(dir, path, buffer, size));
  }

  /** The effective user id of the calling thread. */
  public static long geteuid() {
    return Integer.toUnsignedLong(C.geteuid());
  }

  /**
   * Fills the capabilities of a thread.
   *
   * @param header a struct __user_cap_header_struct: the version and the tid
   * @param data two struct __user_cap_data_struct, which begin with the effective capabilities
   */
  public static int capget(long header, long data) {
    return checked(C.capget(header, data));
  }

  /** Fills two u64 with the soft and the hard limit of a process. */
  public static int prlimit(int pid, int resource, long limits) {
    return prlimit(pid, resource, 0, limits);
  }

  /**
   * Sets a limit of a process.
   *
   * @param limits the address of the new soft and hard limit; 0: the limit isn't changed
   * @param old filled with the limits from before
   */
  public static int prlimit(int pid, int resource, long limits, long old) {
    return checked(C.prlimit64(pid, resource, limits, old));
  }

  /** Fills a struct timespec: two s64, seconds and nanoseconds. */
  public static int clockGettime(int clock, long timespec) {
    return checked(C.clock_gettime(clock, timespec));
  }

  /** The id of a process's CPU-time clock. Reading the clock fails if no process has the pid. */
  public static int processClock(int pid) {
    return ~pid << 3 | 2;
  }

  public static int pageSize() {
    return (int) C.sysconf(SC_PAGESIZE);
  }

  /** Clock ticks per second. /proc counts times in ticks. */
  public static int ticksPerSecond() {
    return (int) C.sysconf(SC_CLK_TCK);
  }

  public static int yieldCpu() {
    return checked(C.sched_yield());
  }

  /** Fills a bit mask of the CPUs on which the calling thread may run. */
  public static int getAffinity(int bytes, long mask) {
    return getAffinity(0, bytes, mask);
  }

  /** Fills a bit mask of the CPUs on which a thread may run. */
  public static int getAffinity(int tid, int bytes, long mask) {
    return checked(C.sched_getaffinity(tid, bytes, mask));
  }

  /**
   * Sets the nice value of the calling thread. On Linux it doesn't affect other threads.
   *
   * @param nice -20 to 19; lowering it needs CAP_SYS_NICE, or an RLIMIT_NICE that allows it
   */
  public static int setNice(int nice) {
    return setNice(0, nice);
  }

  /** Sets the nice value of a thread. */
  public static int setNice(int tid, int nice) {
    return checked(C.setpriority(PRIO_PROCESS, tid, nice));
  }

  /** Restricts the calling thread to the CPUs in a bit mask. */
  public static int setAffinity(int bytes, long mask) {
    return setAffinity(0, bytes, mask);
  }

  /** Restricts a thread to the CPUs in a bit mask. */
  public static int setAffinity(int tid, int bytes, long mask) {
    return checked(C.sched_setaffinity(tid, bytes, mask));
  }

  /**
   * Maps a file as shared memory.
   *
   * @return the address of the memory, or a negative errno
   */
  public static long mmap(long length, boolean writable, int fd, long offset) {
    int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
    long address = C.mmap(null, length, protection, MAP_SHARED, fd, offset);
    return address == -1 ? -LAST_ERROR.get() : address;
  }

  /**
   * Locks all memory of the process that is present, and each further page when it is touched
   * first. From then on no page is swapped out.
   */
  public static int lockAllMemory() {
    return checked(C.mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
  }

  public static int munmap(long address, long length) {
    return checked(C.munmap(address, length));
  }

  /** Makes the system call of a number, for which this class has no method. */
  public static int call(long number, long a, long b, long c, long d) {
    return checked((int) C.syscall(number, a, b, c, d));
  }

  public static int gettid() {
    return (int) C.syscall(SYS_GETTID, 0, 0);
  }

  /**
   * Calls ptrace(2). Only the thread that attached to a tracee may make further requests.
   *
   * @return 0 or more, or a negative errno. Data is never returned, but written to the address in
   *     {@code data}
   */
  public static long ptrace(int request, int tid, long address, long data) {
    long result = C.ptrace(request, tid, address, data);
    return result >= 0 ? result : -LAST_ERROR.get();
  }

  public static int waitpid(int pid, long status, int options) {
    return checked(C.waitpid(pid, status, options));
  }

  /**
   * Compares the file tables of two threads.
   *
   * @return 0: they share one; 1 or 2: the first one's table comes before or after the other's in
   *     some order; or a negative errno
   */
  public static int compareFiles(int tid, int other) {
    return checked((int) C.syscall(SYS_KCMP, tid, other, KCMP_FILES, 0));
  }

  /** Compares the memory of two threads as {@link #compareFiles} does their file tables. */
  public static int compareMemory(int tid, int other) {
    return checked((int) C.syscall(SYS_KCMP, tid, other, KCMP_VM, 0));
  }

  public static int pidfdOpen(int pid) {
    return checked((int) C.syscall(SYS_PIDFD_OPEN, pid, 0));
  }

  /**
   * Fills five u64, see cachestat(2).
   *
   * @param range the address of two u64, offset and length; both 0 means the complete file
   */
  public static int cachestat(int fd, long range, long result) {
    return checked((int) C.syscall(SYS_CACHESTAT, fd, range, result, 0));
  }

  /** Reads the value of an extended attribute into a buffer, and returns its length. */
  public static int getxattr(long path, long name, long value, int size) {
    return checked((int) C.getxattr(path, name, value, size));
  }

  /** Creates a memfd. MFD_CLOEXEC is always set. */
  public static int memfdCreate(long name, int flags) {
    return checked(C.memfd_create(name, flags | MFD_CLOEXEC));
  }

  /** Creates a non-blocking eventfd with the value 0. */
  public static int eventfd() {
    return checked(C.eventfd(0, O_NONBLOCK | O_CLOEXEC));
  }

  /** Creates a non-blocking inotify instance. */
  public static int inotifyInit() {
    return noteShortage(checked(C.inotify_init1(O_NONBLOCK | O_CLOEXEC)));
  }

  /** Returns the number of the watch, which is the same for each watch of one file. */
  public static int inotifyAddWatch(int fd, long path, int mask) {
    return noteShortage(checked(C.inotify_add_watch(fd, path, mask)));
  }

  public static int inotifyRemoveWatch(int fd, int number) {
    return checked(C.inotify_rm_watch(fd, number));
  }

  public static int poll(long fds, int count, int timeoutMs) {
    return checked(C.poll(fds, count, timeoutMs));
  }

  public static int epollCreate() {
    return noteShortage(checked(C.epoll_create1(O_CLOEXEC)));
  }

  public static int epollCtl(int epoll, int operation, int fd, long event) {
    return noteShortage(checked(C.epoll_ctl(epoll, operation, fd, event)));
  }

  public static int epollWait(int epoll, long events, int maxEvents, int timeoutMs) {
    return checked(C.epoll_wait(epoll, events, maxEvents, timeoutMs));
  }

  public static int ioctl(int fd, long request, long argument) {
    return checked(C.ioctl(fd, request, argument));
  }

  public static int socket(int domain, int type, int protocol) {
    return checked(C.socket(domain, type | O_CLOEXEC, protocol));
  }

  public static int bind(int socket, long address, int length) {
    return checked(C.bind(socket, address, length));
  }

  public static int connect(int socket, long address, int length) {
    return checked(C.connect(socket, address, length));
  }

  public static int setsockopt(int socket, int level, int name, long value, int length) {
    return checked(C.setsockopt(socket, level, name, value, length));
  }

  public static int send(int socket, long buffer, int length, int flags) {
    return checked((int) C.send(socket, buffer, length, flags));
  }

  public static int recv(int socket, long buffer, int length, int flags) {
    return checked((int) C.recv(socket, buffer, length, flags));
  }

  private static int checked(int result) {
    return result >= 0 ? result : -LAST_ERROR.get();
  }
}
