package kifs.fs.transport.jnrfuse;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import kifs.fs.tree.OpenFile;

/** Open files by the handles that the kernel has of them. */
final class OpenFiles {
  private final ConcurrentHashMap<Long, OpenFile> files = new ConcurrentHashMap<>();
  private final AtomicLong handles = new AtomicLong();

  long add(OpenFile file) {
    long handle = handles.incrementAndGet();
    files.put(handle, file);
    return handle;
  }

  OpenFile get(long handle) {
    return files.get(handle);
  }

  OpenFile remove(long handle) {
    return files.remove(handle);
  }

  void releaseAll() {
    files.keySet().forEach(handle -> {
      OpenFile file = files.remove(handle);
      if (file != null) {
        file.release();
      }
    });
  }
}
