package kifs.fs.transport.jnrfuse;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.annotations.Out;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.PointerByReference;

/** What jnr-fuse doesn't bind of libfuse 2. Pointers are plain addresses. */
public interface LibFuse2 {
  LibFuse2 INSTANCE = LibraryLoader.create(LibFuse2.class).load("libfuse.so.2");

  /** Of libfuse 2.9, the last version of libfuse 2. */
  int LAST_VERSION = 29;

  int fuse_version();

  /** Mounts as fuse_main does, but doesn't serve; 0: it could not. */
  long fuse_setup(
      int argc,
      String[] argv,
      Pointer operations,
      long operationsBytes,
      @Out PointerByReference mountpoint,
      @Out IntByReference multithreaded,
      Pointer userData);

  /** Unmounts if that is still to be done, and frees the session. */
  void fuse_teardown(long fuse, Pointer mountpoint);

  long fuse_get_session(long fuse);

  long fuse_session_next_chan(long session, long channel);

  long fuse_chan_bufsize(long channel);

  /** Waits for a request; not above 0: interrupted, or the session has ended. */
  int fuse_chan_recv(long channelHolder, long buffer, long size);

  /**
   * A channel whose operations, a struct fuse_chan_ops, are copied; 0: there is no memory for it.
   */
  long fuse_chan_new(long operations, int fd, long bufferBytes, long data);

  void fuse_chan_destroy(long channel);

  /** Answers; not 0: the errno, negative. */
  int fuse_chan_send(long channel, long vector, long count);

  void fuse_session_process(long session, long buffer, long length, long channel);

  int fuse_session_exited(long session);

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
