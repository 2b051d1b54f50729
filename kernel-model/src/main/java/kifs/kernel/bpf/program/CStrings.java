package kifs.kernel.bpf.program;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kifs.kernel.linux.NativeBuffer;

/** Names of maps and programs as C strings. They are few and are never freed. Thread-safe. */
final class CStrings {
  private static final Map<String, NativeBuffer> KNOWN = new ConcurrentHashMap<>();

  private CStrings() {}

  static long address(String name) {
    return KNOWN.computeIfAbsent(name, NativeBuffer::string).address();
  }
}
