package kifs.kernel.bpf.layout;

/** What a program does for an item of the work list. */
public enum WorkKind {
  PROCESS_WITH_THREADS("a process and all of its threads"),
  PROCESS_ONLY("a process without its threads"),
  ONE_THREAD("one thread, without its process"),
  THREADS_ONLY("all threads of a process, without the process; only `walk` can do that");

  private final String doc;

  WorkKind(String doc) {
    this.doc = doc;
  }

  public String doc() {
    return doc;
  }
}
