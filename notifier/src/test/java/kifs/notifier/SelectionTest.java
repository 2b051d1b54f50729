package kifs.notifier;

import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.count;
import static kifs.notifier.Rig.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kifs.kernel.query.Selection;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.kernel.source.KernelEvents.Named;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conditions on those processes that have a name, a user, a cgroup (docs/notify.md 6.5). */
class SelectionTest {
  private static final long GIB = 1L << 30;
  private static final Selection JAVA = Selection.ALL.withComm("java");
  private static final Selection USER = Selection.ALL.withUid(1000);
  private static final Selection WEB = Selection.ALL.withCgroup("/web");

  private final Rig rig = new Rig();
  private SimulatedProcess java;
  private SimulatedProcess perl;

  @BeforeEach
  void spawn() {
    java = rig.kernel.spawn(50, "java").uid(1000).cgroup("/web/a").rss(2 * GIB).fds(10);
    perl = rig.kernel.spawn(60, "perl").uid(1001).cgroup("/webs").rss(3 * GIB).fds(20);
    rig.kernel.spawn(70, "java").uid(0xFFFF_FFFE).cgroup("/").rss(4 * GIB).fds(30);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static Scope each(Selection selection) {
    return Scopes.eachProcess().only(selection).orElseThrow();
  }

  private List<String> above(Selection selection) {
    return events(rig.open(each(selection), "rss/above/1G"), "pid");
  }

  @Test
  void eachIsThoseThatAreSelected() {
    assertEquals(List.of("50", "70"), above(JAVA));
    assertEquals(List.of("50"), above(USER));
    assertEquals(List.of("50"), above(WEB));
    assertEquals(List.of("50", "60", "70"), above(Selection.ALL.withCgroup("/")));
    assertEquals(List.of("70"), above(Selection.ALL.withUid(0xFFFF_FFFE)));
    assertEquals(List.of("50"), above(JAVA.withUid(1000).withCgroup("/web/a")));
    assertEquals(List.of(), above(JAVA.withUid(1001)));
    assertEquals(List.of("50", "60", "70"), above(Selection.ALL));
  }

  @Test
  void sumIsOfThoseThatAreSelected() {
    Scope ofJava = Scopes.allProcesses().only(JAVA).orElseThrow();
    assertEquals(List.of("6442450944"), events(rig.open(ofJava, "rss/above/5G"), "value"));
    assertEquals(0, count(rig.open(Scopes.allProcesses().only(WEB).orElseThrow(), "rss/above/2G")));
    assertEquals(1, count(rig.open(Scopes.allProcesses(), "rss/above/8G")));
  }

  @Test
  void differentSelectionsWaitAtTheSameTime() {
    Subscription ofJava = rig.on(each(JAVA), "fds/above/100");
    Subscription ofUser = rig.on(each(USER), "fds/above/100");
    Subscription any = rig.on(Scopes.eachProcess(), "fds/above/100");
    rig.run(SECOND);
    perl.fds(200);
    java.fds(300);
    rig.run(SECOND);
    assertEquals(List.of("50"), events(ofJava, "pid"));
    assertEquals(List.of("50"), events(ofUser, "pid"));
    assertEquals(List.of("50", "60"), events(any, "pid"));
  }

  @Test
  void processThatComesToBeSelectedIsReportedThen() {
    Subscription ofJava = rig.open(each(JAVA), "rss/above/1G");
    assertEquals(List.of("50", "70"), events(ofJava, "pid"));
    perl.exec("java");
    rig.run(SECOND);
    assertEquals(List.of("60"), events(ofJava, "pid"));
    perl.rename("perl");
    rig.run(SECOND);
    perl.rename("java");
    rig.run(SECOND);
    assertEquals(List.of("60"), events(ofJava, "pid"));
  }

  @Test
  void ratesAndChangesAreOfThoseThatAreSelected() {
    Subscription ofJava = rig.open(each(JAVA), "cpu/above/50");
    Subscription changes = rig.open(each(JAVA), "fds/changes/any");
    Subscription any = rig.open(Scopes.eachProcess(), "cpu/above/50");
    rig.run(3 * SECOND);
    java.cpu(100).fds(11);
    perl.cpu(100).fds(21);
    rig.run(3 * SECOND);
    assertEquals(List.of("50"), events(ofJava, "pid"));
    assertEquals(List.of("50"), events(changes, "pid"));
    assertEquals(List.of("50", "60"), events(any, "pid"));
    assertTrue(rig.source.omitted() > 0, "a selection must not end the tracking of changes");
  }

  /** Threads have names of their own. */
  @Test
  void nameIsThatOfTheProcess() {
    java.spawnThread(51, "worker").blockedOn(SimulatedWait.MUTEX, 0x1000, 50);
    perl.spawnThread(61, "java").blockedOn(SimulatedWait.MUTEX, 0x1000, 60);
    rig.clock.advance(100 * SECOND);
    assertEquals(List.of("51"), events(rig.open(each(JAVA), "blocked/above/1m"), "tid"));
  }

  /** The children need not be selected. */
  @Test
  void childrenOfThoseThatAreSelectedAreCounted() {
    for (int i = 0; i < 3; i++) {
      rig.kernel.spawn(100 + i, 50, "sh");
      rig.kernel.spawn(200 + i, 60, "java");
    }
    Subscription children = rig.open(each(JAVA), "children/above/2");
    Subscription few = rig.open(each(JAVA), "fds/below/15");
    assertEquals(List.of("50"), events(children, "pid"));
    assertEquals(List.of("50"), events(few, "pid").stream().filter(p -> p.length() < 3).toList());
  }

  @Test
  void othersCostNothing() {
    try (Rig slow = new Rig(new NotifierOptions(3600 * SECOND, 100, 100))) {
      SimulatedProcess wanted = slow.kernel.spawn(50, "java").uid(1000).rss(1);
      SimulatedProcess other = slow.kernel.spawn(60, "perl").uid(1000).rss(1);
      Subscription ofJava = slow.open(each(JAVA), "rss/above/1G");
      slow.run(SECOND);
      long passes = slow.kernel.passes();
      other.rss(2 * GIB);
      slow.run(SECOND);
      assertEquals(passes, slow.kernel.passes(), "the kernel must not push what isn't selected");
      wanted.rss(2 * GIB);
      slow.run(SECOND);
      assertEquals(List.of("50"), events(ofJava, "pid"));
    }
  }

  @Test
  void happeningsAreOfThoseThatAreSelected() {
    int pid = 300;
    for (String kind : List.of("fork", "exec", "exit", "oom")) {
      pid += 10;
      Subscription ofUser = rig.open(each(USER), kind + "/occurs/any");
      Subscription sum =
          rig.open(Scopes.allProcesses().only(USER).orElseThrow(), kind + "/occurs/any");
      Subscription inWeb = rig.open(each(WEB), kind + "/occurs/any");
      SimulatedProcess mine = rig.kernel.spawn(pid, 50, "sh").uid(1000).cgroup("/web");
      SimulatedProcess yours = rig.kernel.spawn(pid + 1, 60, "sh").uid(1001).cgroup("/webs");
      mine.exec("a");
      yours.exec("b");
      mine.killForMemory();
      yours.killForMemory();
      rig.run(SECOND);
      String expected = kind.equals("fork") ? "50" : Integer.toString(pid);
      assertEquals(List.of(expected), events(ofUser, "pid"), kind);
      assertEquals(List.of(expected), events(inWeb, "pid"), kind);
      assertEquals(1, count(sum), kind);
      ofUser.close();
      sum.close();
      inWeb.close();
    }
  }

  @Test
  void exitsFoundByPassesAreOfThoseThatAreSelected() {
    rig.kernel.withoutEvents();
    Subscription ofJava = rig.open(each(JAVA), "exit/occurs/any");
    Subscription inWeb = rig.open(each(WEB), "exit/occurs/any");
    rig.run(SECOND);
    java.exit(0);
    perl.exit(0);
    rig.run(SECOND);
    assertEquals(List.of("50"), events(ofJava, "pid"));
    assertEquals(List.of("50"), events(inWeb, "pid"));
  }

  /** A short program has vanished before it can be read, so only its event knows its name. */
  @Test
  void eventsNameThemselves() {
    Subscription ofMake = rig.open(each(Selection.ALL.withComm("make")), "exit/occurs/any");
    Subscription any = rig.open(Scopes.eachProcess(), "exec/occurs/any");
    long now = rig.now();
    Named make = new Named("make", 7);
    rig.source.push(new ProcessEvent(ProcessEvent.Kind.FORK, 900, 60, 0, now));
    rig.source.push(new ProcessEvent(ProcessEvent.Kind.EXEC, 900, 0, 0, now).named(make));
    rig.source.push(new ProcessEvent(ProcessEvent.Kind.EXIT, 900, 0, 0, now).named(make));
    rig.run(SECOND);
    assertEquals(List.of("900"), events(ofMake, "pid"));
    assertEquals(List.of("make"), events(any, "comm"));
  }

  @Test
  void onlyProcessesCanBeSelected() {
    assertTrue(Scopes.eachProcess().only(USER).isPresent());
    assertTrue(Scopes.allProcesses().only(USER).isPresent());
    assertFalse(Scopes.eachShm().only(USER).isPresent());
    assertFalse(Scopes.system().only(USER).isPresent());
    try (Scope one = rig.process(java)) {
      assertFalse(one.only(USER).isPresent());
    }
  }
}
