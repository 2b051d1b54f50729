package kifs.kernel.bpf.program;

/**
 * The kernel accepts none of the BPF programs, or not this one. The message says why, in a line.
 */
public final class BpfException extends Exception {
  private static final long serialVersionUID = 1L;

  public BpfException(String message) {
    super(message);
  }
}
