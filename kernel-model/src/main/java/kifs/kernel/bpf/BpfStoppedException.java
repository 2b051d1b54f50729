package kifs.kernel.bpf;

/** A program that was loaded can't be run any more. The pass must be made by other means. */
final class BpfStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BpfStoppedException(BpfProgram program, int result) {
    super(
        result < 0
            ? program + ": the kernel doesn't run it: errno " + -result
            : program + ": failed: " + result);
  }
}
