package kifs.kernel.bpf.program;

import kifs.kernel.linux.NativeBuffer;

/**
 * Runs a program of the kind that is called like a system call, with a context of one number. Not
 * thread-safe.
 */
public final class TestRun {
  private static final int OPTIONS_BYTES = 80;
  private static final int CONTEXT_IN = 32;
  private static final int CONTEXT_SIZE = 48;
  private static final int RETURNED = 56;
  private static final int CONTEXT_BYTES = 8;

  private final LibBpfFunctions bpf;
  private final BpfProgram program;
  private final int fd;
  private final NativeBuffer context = NativeBuffer.allocate(CONTEXT_BYTES);
  private final NativeBuffer options = NativeBuffer.allocate(OPTIONS_BYTES);

  /**
   * @param fd of the loaded program
   */
  TestRun(LibBpfFunctions bpf, BpfProgram program, int fd) {
    this.bpf = bpf;
    this.program = program;
    this.fd = fd;
    options.buffer().putLong(0, OPTIONS_BYTES).putLong(CONTEXT_IN, context.address());
    options.buffer().putInt(CONTEXT_SIZE, CONTEXT_BYTES);
  }

  /**
   * @param number which the program finds in its context
   * @return a negative errno if the kernel didn't run it, else what the program returned
   */
  public int run(int number) {
    context.buffer().putLong(0, number);
    int result = bpf.bpf_prog_test_run_opts(fd, options.address());
    return result < 0 ? result : options.buffer().getInt(RETURNED);
  }

  /**
   * Runs a program that has no result but 0.
   *
   * @param number which the program finds in its context
   * @throws BpfStoppedException if the kernel doesn't run the program any more, or it failed
   */
  public void call(int number) {
    int result = run(number);
    if (result != 0) {
      throw new BpfStoppedException(program, result);
    }
  }

  /** What the last run left in its context. */
  public long left() {
    return context.buffer().getLong(0);
  }
}
