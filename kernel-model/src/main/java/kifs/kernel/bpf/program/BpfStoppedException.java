package kifs.kernel.bpf.program;

/**
 * The kernel doesn't run a loaded program any more, or the program failed. The pass must be made
 * through /proc.
 */
public final class BpfStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BpfStoppedException(BpfProgram program, int result) {
    super(
        result < 0
            ? program + ": the kernel doesn't run it: errno " + -result
            : program + ": failed: " + result);
  }
}
