package kifs.kernel.bpf.program;

/** BPF programs can't be had, or one of them can't; the message says why, in a line. */
public final class BpfException extends Exception {
  private static final long serialVersionUID = 1L;

  public BpfException(String message) {
    super(message);
  }
}
