package kifs.kernel.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Programs with deadlocks of every kind, and programs that only look like a deadlock. {@code
 * locks.c} explains its arguments.
 */
final class LockCorpus {
  /** The library that a program is built with, or the language that runs it. */
  enum Language {
    GLIBC,
    GLIBC_STATIC,
    GLIBC_32,
    MUSL,
    CONTEND,
    JAVA,
    PYTHON,
    GO
  }

  /**
   * One program.
   *
   * @param arguments the arguments after the program's name
   * @param members the participants that are in the deadlock; empty: there is no deadlock
   * @param waiting the participants that wait for the deadlock without being in it; 0: the main
   *     thread
   */
  record Case(
      String name,
      Language language,
      List<String> arguments,
      Set<Integer> members,
      Set<Integer> waiting) {
    boolean isDeadlock() {
      return !members.isEmpty();
    }
  }

  private final List<Case> cases = new ArrayList<>();
  private Language language = Language.GLIBC;

  private LockCorpus() {}

  static List<Case> all() {
    LockCorpus corpus = new LockCorpus();
    corpus.mutexes();
    corpus.cycles();
    corpus.files();
    corpus.otherLocks();
    corpus.otherLibraries();
    corpus.lookAlikes();
    return corpus.cases;
  }

  private void in(Language other) {
    language = other;
  }

  private void deadlock(
      String name,
      String type,
      Set<Integer> members,
      Set<Integer> waiting,
      String... participants) {
    List<String> arguments = new ArrayList<>(List.of(type, "%d"));
    arguments.addAll(List.of(participants));
    cases.add(new Case(name, language, arguments, members, waiting));
  }

  private void none(String name, String type, String... participants) {
    deadlock(name, type, Set.of(), Set.of(), participants);
  }

  private void abba(String type) {
    deadlock("ABBA " + type, type, Set.of(1, 2), Set.of(0), "T a | b", "T b | a");
  }

  private void mutexes() {
    for (String type :
        List.of(
            "default",
            "normal",
            "recursive",
            "errorcheck",
            "adaptive",
            "robust",
            "protect",
            "normal-shared",
            "recursive-shared",
            "robust-shared")) {
      abba(type);
    }
    for (String type : List.of("normal", "adaptive", "robust", "protect")) {
      deadlock("self-lock " + type, type, Set.of(1), Set.of(0), "T a a");
    }
    deadlock(
        "mutex regained by a condition",
        "normal",
        Set.of(1, 2),
        Set.of(0, 3),
        "T a b | ca",
        "T | s a ga b",
        "T | s s b");
  }

  private void cycles() {
    deadlock(
        "cycle of three", "normal", Set.of(1, 2, 3), Set.of(0), "T a | b", "T b | c", "T c | a");
    deadlock(
        "cycle of five",
        "recursive",
        Set.of(1, 2, 3, 4, 5),
        Set.of(0),
        "T a | b",
        "T b | c",
        "T c | d",
        "T d | e",
        "T e | a");
    deadlock("PI cycle", "pi", Set.of(1, 2), Set.of(0), "T a | b", "T b | s a");
    deadlock(
        "PI cycle of three",
        "pi",
        Set.of(1, 2, 3),
        Set.of(0),
        "T a | b",
        "T b | s c",
        "T c | s s a");
    deadlock(
        "PI cycle across processes", "pi-shared", Set.of(1, 2), Set.of(0), "P a | b", "P b | s a");
    deadlock(
        "many waiting for a PI cycle",
        "pi",
        Set.of(1, 2),
        Set.of(0, 3, 4),
        "T a | b",
        "T b | s a",
        "T c | s s s a",
        "T | s s s b");
    deadlock(
        "cycle across processes", "normal-shared", Set.of(1, 2), Set.of(0), "P a | b", "P b | a");
    deadlock(
        "cycle across three processes, robust",
        "robust-shared",
        Set.of(1, 2, 3),
        Set.of(0),
        "P a | b",
        "P b | c",
        "P c | a");
    deadlock(
        "cycle of a thread and a process",
        "normal-shared",
        Set.of(1, 2),
        Set.of(0),
        "T a | b",
        "P b | a");
    deadlock(
        "many waiting for a cycle",
        "normal",
        Set.of(1, 2),
        Set.of(0, 3, 4, 5, 6),
        "T a | b",
        "T b | a",
        "T | s a",
        "T | s b",
        "T c | s a",
        "T | s s c");
  }

  private void files() {
    deadlock("flock cycle", "normal", Set.of(1, 2), Set.of(0), "P fa | fb", "P fb | fa");
    deadlock("OFD cycle", "normal", Set.of(1, 2), Set.of(0), "P oa | ob", "P ob | oa");
    deadlock("POSIX and flock cycle", "normal", Set.of(1, 2), Set.of(0), "P pa | fb", "P fb | pa");
    deadlock("OFD and POSIX cycle", "normal", Set.of(1, 2), Set.of(0), "P oa | pb", "P pb | oa");
    deadlock(
        "mutex and flock cycle", "normal-shared", Set.of(1, 2), Set.of(0), "P a | fb", "P fb | a");
    deadlock(
        "mutex and POSIX cycle", "normal-shared", Set.of(1, 2), Set.of(0), "P a | pb", "P pb | a");
    deadlock(
        "mutex and flock cycle in one process",
        "normal",
        Set.of(1, 2),
        Set.of(0),
        "T a | fb",
        "T fb | a");
    deadlock("flock against the own flock", "normal", Set.of(1), Set.of(0), "P fa fa");
    // The first process waits until the others wait, so both cycles close at once.
    deadlock(
        "two cycles that share a waiter",
        "normal-shared",
        Set.of(1, 2, 3),
        Set.of(0),
        "P a | n pf",
        "P qf | a",
        "P qf | a");
    deadlock(
        "waiting for a flock cycle",
        "normal",
        Set.of(1, 2),
        Set.of(0, 3),
        "P fa | fb",
        "P fb | fa",
        "P | s fa");
  }

  private void otherLocks() {
    deadlock("rwlocks, writers", "normal", Set.of(1, 2), Set.of(0), "T wa | wb", "T wb | wa");
    deadlock(
        "rwlocks, readers of what is written",
        "normal",
        Set.of(1, 2),
        Set.of(0),
        "T wa | rb",
        "T wb | ra");
    deadlock(
        "rwlocks across processes",
        "normal-shared",
        Set.of(1, 2),
        Set.of(0),
        "P wa | wb",
        "P wb | ra");
    deadlock("rwlock and mutex", "normal", Set.of(1, 2), Set.of(0), "T wa | b", "T b | wa");
    deadlock("join cycle", "normal", Set.of(1, 2, 3), Set.of(), "T | j2", "T | j3", "T | j1");
    deadlock(
        "join of a thread that wants the own mutex",
        "normal",
        Set.of(1, 2),
        Set.of(),
        "T a | j2",
        "T | a");
    deadlock(
        "wait for a child that wants the own mutex",
        "normal-shared",
        Set.of(1, 2),
        Set.of(0),
        "T a | k2",
        "P | a");
  }

  private void otherLibraries() {
    in(Language.GLIBC_STATIC);
    abba("normal");
    in(Language.GLIBC_32);
    abba("normal");
    abba("recursive");
    abba("robust");
    abba("normal-shared");
    deadlock("rwlock and mutex", "normal", Set.of(1, 2), Set.of(0), "T wa | b", "T b | wa");
    deadlock("join cycle", "normal", Set.of(1, 2, 3), Set.of(), "T | j2", "T | j3", "T | j1");
    none("recursive self-lock", "recursive", "T a a a z");
    in(Language.MUSL);
    abba("recursive");
    abba("errorcheck");
    abba("robust");
    abba("recursive-shared");
    deadlock(
        "cycle across processes", "robust-shared", Set.of(1, 2), Set.of(0), "P a | b", "P b | a");
    deadlock(
        "join of a thread that wants the own mutex",
        "recursive",
        Set.of(1, 2),
        Set.of(),
        "T a | j2",
        "T | a");
    none("normal mutexes keep no owner", "normal", "T a | b", "T b | a");
    in(Language.GLIBC);
  }

  private void lookAlikes() {
    none("recursive self-lock", "recursive", "T a a a z");
    none("self-lock error-checking", "errorcheck", "T a a z");
    none("long critical section", "normal", "T a | z", "T | s a", "T b | s a", "T | s b");
    none("PI, long critical section", "pi", "T a | z", "T | s a", "T | s a");
    none("cycle with timeouts", "normal", "T a | tb tb tb tb tb tb", "T b | ta ta ta ta ta ta");
    none("cycle with one timeout", "normal", "T a | tb tb tb tb tb tb", "T b | a z");
    none("robust, owner died", "robust", "T a x", "T s s a z");
    none("normal, owner died", "normal", "T a x", "T s s a");
    none("a semaphore on the stack beside PI mutexes", "pi", "T a | yb", "T b | s a");
    none("PI, owner died", "pi", "T a x", "T s s a");
    none("conditions", "normal", "T a ca", "T b cb", "T a ca");
    none("rwlock, readers", "normal", "T ra | z", "T ra | s wa", "T | s s ra");
    none("two processes and a long flock", "normal", "P fa | z", "P | s fa", "P fb | s fa");
    none("flock of a process that goes on", "normal", "T a | fb", "T fb | a", "T z");
    none("a child that goes on", "normal-shared", "T a | k2", "P | z");
    in(Language.JAVA);
    cases.add(new Case("Java", language, List.of(), Set.of(), Set.of()));
    in(Language.PYTHON);
    cases.add(new Case("Python", language, List.of(), Set.of(), Set.of()));
    in(Language.GO);
    cases.add(new Case("Go", language, List.of(), Set.of(), Set.of()));
    in(Language.CONTEND);
    for (String mode :
        List.of(
            "convoy",
            "ordered",
            "gated",
            "timed",
            "backoff",
            "long",
            "token",
            "semaphores",
            "readers",
            "barriers",
            "joins",
            "files",
            "children",
            "pi-ordered",
            "pi-gated")) {
      cases.add(new Case(mode, language, List.of(mode, "6"), Set.of(), Set.of()));
    }
  }
}
