package kifs.fs.transport.jnrfuse;

import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import kifs.fs.tree.OpenMode;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** struct fuse_file_info by its offsets: flags, the bits beginning with direct_io, our handle. */
final class FileInfo {
  private static final int O_ACCMODE = 3;
  private static final int O_NONBLOCK = 04000;

  private static final int FLAGS = 0;
  private static final int BITS = 20;
  private static final int HANDLE = 24;
  private static final byte DIRECT_IO = 1;

  private final Pointer memory;

  FileInfo(FuseFileInfo info) {
    memory = Struct.getMemory(info);
  }

  OpenMode mode() {
    int flags = memory.getInt(FLAGS);
    return new OpenMode((flags & O_NONBLOCK) != 0, (flags & O_ACCMODE) != 0);
  }

  /** What {@link #opened} put there. */
  long handle() {
    return memory.getLong(HANDLE);
  }

  /** Answers an open: nothing is cached, and every later call brings that handle. */
  void opened(long handle) {
    memory.putByte(BITS, DIRECT_IO);
    memory.putLong(HANDLE, handle);
  }
}
