package kifs.fs.transport.jnrfuse;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.annotations.Out;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libfuse 2 that jnr-fuse doesn't bind, from fuse.h and fuse_lowlevel.h. Pointers
 * are plain addresses. Thread-safe.
 */
public interface LibFuse2 {
  LibFuse2 INSTANCE = LibraryLoader.create(LibFuse2.class).load("libfuse.so.2");

  /** The result of {@link #fuse_version} in libfuse 2.9, the last version of libfuse 2. */
  int LAST_VERSION = 29;

  int fuse_version();

  /** Mounts as fuse_main does, but doesn't serve. Returns 0 if the mount failed. */
  long fuse_setup(
      int argc,
      String[] argv,
      Pointer operations,
      long operationsBytes,
      @Out PointerByReference mountpoint,
      @Out IntByReference multithreaded,
      @Nullable Pointer userData);

  /** Unmounts if the tree is still mounted, and frees the session. */
  void fuse_teardown(long fuse, Pointer mountpoint);

  long fuse_get_session(long fuse);

  long fuse_session_next_chan(long session, long channel);

  long fuse_chan_bufsize(long channel);

  /**
   * Waits for a request, and returns its length. 0 or less: the call was interrupted, or the
   * session has ended.
   */
  int fuse_chan_recv(long channelHolder, long buffer, long size);

  /**
   * Makes a channel. It copies the operations, a struct fuse_chan_ops. Returns 0 if there is no
   * memory.
   */
  long fuse_chan_new(long operations, int fd, long bufferBytes, long data);

  void fuse_chan_destroy(long channel);

  /** Sends an answer. Returns 0 or a negative errno. */
  int fuse_chan_send(long channel, long vector, long count);

  void fuse_session_process(long session, long buffer, long length, long channel);

  int fuse_session_exited(long session);

  /**
   * Makes the kernel drop a name of a directory, with all names below it. It waits for the kernel's
   * lock of the directory, so a thread that answers requests must not call it.
   */
  int fuse_lowlevel_notify_inval_entry(long channel, long parentNode, byte[] name, long length);

  long fuse_get_context();

  /** The public view of a request's caller: uid, gid, pid, umask. */
  long fuse_req_ctx(long request);

  /**
   * Sets a function that libfuse calls once, on another thread, when the request is interrupted. If
   * it already was, libfuse calls the function within this call. A null function removes it.
   */
  void fuse_req_interrupt_func(long request, @Nullable Pointer function, long data);

  int fuse_interrupted();

  int fuse_notify_poll(long handle);

  void fuse_pollhandle_destroy(long handle);

  /** {@code send} of struct fuse_chan_ops. */
  interface SendFunction {
    @Delegate
    int send(long channel, long vector, long count);
  }

  /** {@code fuse_interrupt_func_t}. */
  interface InterruptFunction {
    @Delegate
    void interrupted(Pointer request, Pointer data);
  }
}
