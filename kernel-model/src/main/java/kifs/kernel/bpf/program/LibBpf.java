package kifs.kernel.bpf.program;

import com.kenai.jffi.LastError;
import jnr.ffi.LibraryLoader;

/** The library that loads BPF programs. It is bound once, at its first use. Thread-safe. */
public final class LibBpf {
  private static final String LIBRARY = "libbpf.so.1";

  private LibBpf() {}

  /**
   * The functions of the library.
   *
   * @throws BpfException if the library is not installed
   */
  public static LibBpfFunctions functions() throws BpfException {
    try {
      return Holder.FUNCTIONS;
    } catch (LinkageError e) {
      throw new BpfException(LIBRARY + " is not installed (package libbpf1)");
    }
  }

  /** The errno of the last failed call of the calling thread. */
  static int lastError() {
    return LastError.getInstance().get();
  }

  private static final class Holder {
    static final LibBpfFunctions FUNCTIONS = load();

    private static LibBpfFunctions load() {
      LibBpfFunctions functions =
          LibraryLoader.create(LibBpfFunctions.class).failImmediately().load(LIBRARY);
      // Otherwise libbpf writes to stderr. The daemon has messages of its own.
      functions.libbpf_set_print(0);
      return functions;
    }
  }
}
