package kifs.kernel.source;

/** Where a kernel's data comes from; the code is what SNAPSHOT.source holds. */
public enum SourceKind {
  PROCFS(1),
  BPF(2),
  CAPTURE(3),
  SIMULATED(4);

  private final int code;

  SourceKind(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
