package kifs.kernel.bpf.program;

import com.kenai.jffi.LastError;
import jnr.ffi.LibraryLoader;

/** The library that loads BPF programs, bound once, when it is first needed. Thread-safe. */
public final class LibBpf {
  private static final String LIBRARY = "libbpf.so.1";

  private LibBpf() {}

  /**
   * @throws BpfException if it is not installed
   */
  public static LibBpfFunctions functions() throws BpfException {
    try {
      return Holder.FUNCTIONS;
    } catch (LinkageError e) {
      throw new BpfException(LIBRARY + " is not installed (package libbpf1)");
    }
  }

  /** The errno of the calling thread's last call that failed. */
  static int lastError() {
    return LastError.getInstance().get();
  }

  private static final class Holder {
    static final LibBpfFunctions FUNCTIONS = load();

    private static LibBpfFunctions load() {
      LibBpfFunctions functions =
          LibraryLoader.create(LibBpfFunctions.class).failImmediately().load(LIBRARY);
      // It would write to stderr what we put into messages of our own.
      functions.libbpf_set_print(0);
      return functions;
    }
  }
}
