package kifs.kernel.bpf.program;

import kifs.kernel.linux.NativeBuffer;

/**
 * Runs a program that is called like a system call ({@code BPF_PROG_TEST_RUN}). The program's
 * context is one 64-bit number. Not thread-safe.
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
   * @param fd the descriptor of the loaded program
   */
  TestRun(LibBpfFunctions bpf, BpfProgram program, int fd) {
    this.bpf = bpf;
    this.program = program;
    this.fd = fd;
    options.buffer().putLong(0, OPTIONS_BYTES).putLong(CONTEXT_IN, context.address());
    options.buffer().putInt(CONTEXT_SIZE, CONTEXT_BYTES);
  }

  /**
   * Runs the program.
   *
   * @param number the program's context
   * @return a negative errno if the kernel didn't run it, else what the program returned
   */
  public int run(int number) {
    context.buffer().putLong(0, number);
    int result = bpf.bpf_prog_test_run_opts(fd, options.address());
    return result < 0 ? result : options.buffer().getInt(RETURNED);
  }

  /**
   * Runs a program that returns 0 if it succeeds.
   *
   * @param number the program's context
   * @throws BpfStoppedException if the kernel doesn't run the program any more, or if it failed
   */
  public void call(int number) {
    int result = run(number);
    if (result != 0) {
      throw new BpfStoppedException(program, result);
    }
  }

  /** The number that the last run left in its context. */
  public long contextValue() {
    return context.buffer().getLong(0);
  }
}
