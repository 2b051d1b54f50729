package kifs.fs.cli.report;

/** What a recording says about a process. Not thread-safe. */
final class Story {
  final int pid;
  final long startNs;
  String comm = "";
  long uid;

  /** The first and the last moment at which the process was there. */
  final int first;

  int last;

  /** CPU time and bytes of storage since the first moment, and the peak of resident memory. */
  long cpuNs;

  long ioBytes;
  long peakRss;

  /** The last values of counters. */
  long runtimeNs;

  long io;

  /** In percent of a CPU, and in bytes. */
  final Series cpu = new Series();

  final Series rss = new Series();

  /** Whether something that a reader looks for happened to it. */
  boolean isNotable;

  Story(int pid, long startNs, int first) {
    this.pid = pid;
    this.startNs = startNs;
    this.first = first;
    last = first;
  }

  /** The name and the pid, as a text. */
  String title() {
    return comm + " (" + pid + ")";
  }
}
