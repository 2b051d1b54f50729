package kifs.fs.transport.jnrfuse;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;

/** What jnr-fuse doesn't bind of libfuse 2. Pointers are plain addresses. */
public interface LibFuse2 {
  LibFuse2 INSTANCE = LibraryLoader.create(LibFuse2.class).load("libfuse.so.2");

  /** Of libfuse 2.9, the last version of libfuse 2. */
  int LAST_VERSION = 29;

  int fuse_version();

  long fuse_get_context();

  /** The public view of a request's caller: uid, gid, pid, umask. */
  long fuse_req_ctx(long request);

  /**
   * Calls back once, on another thread, when the request is interrupted; at once, within this call,
   * if it already was. A null function ends that.
   */
  void fuse_req_interrupt_func(long request, Pointer function, long data);

  int fuse_interrupted();

  int fuse_notify_poll(long handle);

  void fuse_pollhandle_destroy(long handle);

  /** {@code fuse_interrupt_func_t}. */
  interface InterruptFunction {
    @Delegate
    void interrupted(Pointer request, Pointer data);
  }
}
