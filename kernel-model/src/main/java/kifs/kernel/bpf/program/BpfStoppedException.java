package kifs.kernel.bpf.program;

/** A program that was loaded can't be run any more. The pass must be made by other means. */
public final class BpfStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BpfStoppedException(BpfProgram program, int result) {
    super(
        result < 0
            ? program + ": the kernel doesn't run it: errno " + -result
            : program + ": failed: " + result);
  }
}
