package kifs.kernel.linux;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library by their own names, for jnr-ffi to bind. Addresses are longs,
 * because jnr-ffi binds a method that has only primitives without conversions. The interface is
 * public only because jnr-ffi must see it; other classes call {@link Syscalls}.
 */
public interface LibcFunctions {
  int openat(int dir, long path, int flags, int mode);

  int close(int fd);

  int dup2(int fd, int target);

  long read(int fd, long buffer, long count);

  long pread(int fd, long buffer, long count, long offset);

  long write(int fd, long buffer, long count);

  long lseek(int fd, long offset, int whence);

  long getdents64(int fd, long buffer, long count);

  int statx(int dir, long path, int flags, int mask, long buffer);

  long readlinkat(int dir, long path, long buffer, long size);

  int geteuid();

  int capget(long header, long data);

  int prlimit64(int pid, int resource, long newLimit, long oldLimit);

  int clock_gettime(int clock, long timespec);

  long sysconf(int name);

  int sched_yield();

  int sched_getaffinity(int tid, long size, long mask);

  int sched_setaffinity(int tid, long size, long mask);

  int setpriority(int which, int who, int nice);

  /**
   * Maps memory. Unlike elsewhere the address is a pointer, because the binding loses the last of
   * six primitives.
   */
  long mmap(@Nullable Pointer address, long length, int protection, int flags, int fd, long offset);

  int munmap(long address, long length);

  long syscall(long number, long a, long b);

  long syscall(long number, long a, long b, long c, long d);

  long getxattr(long path, long name, long value, long size);

  int memfd_create(long name, int flags);

  long ptrace(int request, int tid, long address, long data);

  int waitpid(int pid, long status, int options);

  int eventfd(int initial, int flags);

  int inotify_init1(int flags);

  int inotify_add_watch(int fd, long path, int mask);

  int inotify_rm_watch(int fd, int number);

  int poll(long fds, long count, int timeoutMs);

  int epoll_create1(int flags);

  int epoll_ctl(int epoll, int operation, int fd, long event);

  int epoll_wait(int epoll, long events, int maxEvents, int timeoutMs);

  int ioctl(int fd, long request, long argument);

  int socket(int domain, int type, int protocol);

  int bind(int socket, long address, int length);

  int connect(int socket, long address, int length);

  int mlockall(int flags);

  int setsockopt(int socket, int level, int name, long value, int length);

  long send(int socket, long buffer, long length, int flags);

  long recv(int socket, long buffer, long length, int flags);
}
