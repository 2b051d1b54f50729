package kifs.kernel.bpf.layout;

import kifs.kernel.locks.blocked.UserWords;

/**
 * The numbers of elements of the arrays in the shared memory. The C name of each is {@code KIFS_}
 * and the name of the constant.
 */
public enum Capacity {
  SLOTS(4, "passes that can be made at the same time"),
  BATCH(256, "items of the work list, and so processes, of one run of a program; a power of 2"),
  BATCH_THREADS(2048, "threads of one run; a power of 2"),
  BATCH_BLOCKED(1024, "blocked threads of one run"),
  BATCH_TEXT(256 * 1024, "bytes of TEXT records of one run"),
  WORDS_BEFORE(UserWords.BEFORE, "bytes that are read before a futex word"),
  WORDS_AFTER(UserWords.AFTER, "bytes that are read from a futex word on"),
  WORDS(UserWords.BEFORE + UserWords.AFTER, "bytes that are read around a futex word"),
  CALL_NUMBERS(512, "numbers of system calls that can be looked for"),
  COMM_BYTES(16, "bytes of a thread's name, its NUL included"),
  MAX_ARGUMENTS(128 * 1024, "bytes of a command line that are kept"),
  MAX_UIDS(16, "users that a filter can name"),
  MAX_COMMS(8, "names that a filter can contain"),
  MAX_BOUNDS(16, "bounds that a filter can contain"),
  MAX_TRACKED(16, "fields of a record type whose changes can be tracked"),
  MAX_LISTED(64 * 1024, "processes that a listing can hold"),
  MAX_CPUS(1024, "CPUs"),
  RLIMITS(16, "resources that have an rlimit"),
  MAX_LEVELS(64, "levels of resident memory that can be watched"),
  EVENT_KINDS(EventKind.values().length, "kinds of events"),
  EVENT_BUFFER(4 * 1024 * 1024, "bytes of the ring buffer of events, 64 for each; a power of 2"),
  MAX_PATH_NAMES(64, "names in a path, and mounts that it crosses"),
  MAX_PATH(4096, "bytes of a path, its NUL included"),
  BATCH_HELD(1024, "open files or mappings of one run of their iterator"),
  HELD_TEXT_WORDS(16 * 1024, "TEXT records of one such run, in units of 8 bytes"),
  HELD_PATHS(256, "paths of files that are remembered during one such run; a power of 2"),
  FILE_TABLES(64, "file tables of threads that are remembered; a power of 2"),
  MAX_DEVICES(8, "filesystems that can hold shared memory");

  private final int count;
  private final String doc;

  Capacity(int count, String doc) {
    this.count = count;
    this.doc = doc;
  }

  public int count() {
    return count;
  }

  public String doc() {
    return doc;
  }

  public String cName() {
    return "KIFS_" + name();
  }
}
