package kifs.fs.transport.direct;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library by which a tree is mounted. The interface is public because
 * jnr-ffi must be able to access it. Thread-safe.
 */
public interface MountFunctions {
  MountFunctions C = LibraryLoader.create(MountFunctions.class).load("c");

  int mount(String source, String target, String type, long flags, String data);

  int socketpair(int domain, int type, int protocol, long fds);

  long recvmsg(int socket, long message, int flags);

  int posix_spawnp(
      Pointer pid,
      String file,
      @Nullable Pointer actions,
      @Nullable Pointer attributes,
      Pointer arguments,
      Pointer environment);

  int waitpid(int pid, long status, int options);
}
