package kifs.fs.transport.jnrfuse;

import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import kifs.fs.tree.OpenMode;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/**
 * Reads and writes struct fuse_file_info by offsets: the flags, the bits that begin with direct_io,
 * and the handle of kifs. Not thread-safe.
 */
final class FileInfo {
  private static final int FLAGS = 0;
  private static final int BITS = 20;
  private static final int HANDLE = 24;
  private static final byte DIRECT_IO = 1;

  private final Pointer memory;

  FileInfo(FuseFileInfo info) {
    memory = Struct.getMemory(info);
  }

  OpenMode mode() {
    return OpenMode.of(memory.getInt(FLAGS));
  }

  /** The handle that {@link #opened} stored. */
  long handle() {
    return memory.getLong(HANDLE);
  }

  /**
   * Answers an open: the kernel doesn't cache the file, and every later request has this handle.
   */
  void opened(long handle) {
    memory.putByte(BITS, DIRECT_IO);
    memory.putLong(HANDLE, handle);
  }
}
