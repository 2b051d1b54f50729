package kifs.kernel.source;

/** What a kernel's data comes from. The code is the value of SNAPSHOT.source. */
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
