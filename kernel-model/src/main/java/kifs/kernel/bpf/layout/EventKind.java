package kifs.kernel.bpf.layout;

/** What an event in the ring buffer reports. */
public enum EventKind {
  FORKED("a process was created"),
  EXECED("a process executes another program"),
  RENAMED("a process's main thread gets another name"),
  EXITED("the last thread of a process ended"),
  OOM_KILLED("the OOM killer chose a process"),
  RESIZED("a process's resident memory has crossed a level");

  private final String doc;

  EventKind(String doc) {
    this.doc = doc;
  }

  public String doc() {
    return doc;
  }
}
