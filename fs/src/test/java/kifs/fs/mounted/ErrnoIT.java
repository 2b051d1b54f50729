package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every call gets the error of docs/tree.md. */
@Timeout(120)
class ErrnoIT {
  /** Prints the result of each call: ok, or the name of the error. */
  private static final String CALLS =
      """
      import errno, os, sys
      K = sys.argv[1]
      def opened(name, flags=os.O_RDONLY): return os.open(os.fsencode(K) + b"/" + os.fsencode(name), flags)
      def read(name):
          # O_NONBLOCK: a threshold that is understood by mistake must not block the test.
          return os.read(opened(name, os.O_RDONLY | os.O_NONBLOCK), 1 << 20)
      def ask(name): os.close(opened(name, os.O_RDONLY | os.O_NONBLOCK))
      def path(name): return K + "/" + name
      for call in sys.argv[2:]:
          try:
              eval(call)
              print("ok")
          except OSError as e:
              print(errno.errorcode[e.errno])
      """;

  @Mounted("errno")
  private static MountedKifs kifs;

  private record Case(String expected, String call) {}

  private static Case call(String expected, String call) {
    return new Case(expected, call);
  }

  private static void check(Case... cases) {
    Object[] arguments = new Object[cases.length + 1];
    arguments[0] = kifs.path();
    IntStream.range(0, cases.length).forEach(i -> arguments[i + 1] = cases[i].call());
    List<String> results = Run.python(CALLS, arguments).silent().lines();
    assertAll(
        IntStream.range(0, cases.length)
            .mapToObj(
                i -> () -> assertEquals(cases[i].expected(), results.get(i), cases[i].call())));
  }

  @Test
  void namesThatDoNotExist() {
    check(
        call("ENOENT", "read('nothing')"),
        call("ENOENT", "read('processes/nothing')"),
        call("ENOENT", "read('processes/0/rss')"),
        call("ENOENT", "read('processes/-1/rss')"),
        call("ENOENT", "read('processes/01/rss')"),
        call("ENOENT", "read('processes/1x/rss')"),
        call("ENOENT", "read('processes/4194305/rss')"),
        call("ENOENT", "read('processes/2147483647/rss')"),
        call("ENOENT", "read('processes/2147483648/rss')"),
        call("ENOENT", "read('processes/18446744073709551617/rss')"),
        call("ENOENT", "read('processes/99999999999999999999999/rss')"),
        call("ENOENT", "read('processes/self/nothing')"),
        call("ENOENT", "read('processes/self/threads/0/comm')"),
        call("ENOENT", "read('processes/self/threads/1/comm')"),
        call("ENOENT", "read('processes/self/threads/nothing')"),
        call("ENOENT", "read('processes/each/bulk')"),
        call("ENOENT", "read('processes/each/rss')"),
        call("ENOENT", "read('system/nothing')"),
        call("ENOENT", "read('system/notify/nothing/above/1')"),
        call("ENOENT", "read('system/notify/load/over/1')"),
        call("ENOENT", "read('system/notify/rss/above/1')"),
        call("ENOENT", "read('processes/self/notify/exit/above/1')"),
        call("ENOENT", "read('processes/self/notify/rss/occurs/any')"),
        call("ENOENT", "read('processes/self/notify/load/above/1')"),
        call("ENOENT", "read('processes/sum/notify/blocked/above/1s')"),
        call("ENOENT", "read('schema/kifs.hpp')"),
        call("ENOENT", "read('bulkquery')"),
        call("ENOENT", "read('about?pid=1')"),
        call("ENOENT", "os.stat(path('processes/self/notify/nothing'))"),
        call("ENOENT", "os.listdir(path('nothing'))"));
  }

  @Test
  void pathsThroughAFile() {
    check(
        call("ENOTDIR", "read('about/more')"),
        call("ENOTDIR", "read('processes/self/rss/more')"),
        call("ENOTDIR", "read('system/notify/load/above/1G/more')"),
        call("ENOTDIR", "os.listdir(path('about'))"),
        call("EISDIR", "read('processes')"),
        call("EISDIR", "opened('processes', os.O_WRONLY)"),
        call("EINVAL", "os.readlink(path('about'))"));
  }

  @Test
  void valuesThatDoNotParse() {
    String[] values = {
      "x",
      "1x",
      "-1",
      "+1",
      "1e3",
      "0x10",
      "1..2",
      ".5",
      "5.",
      "1 ",
      " 1",
      "1KK",
      "K",
      "NaN",
      "Infinity",
      "9999999999999999999",
      "1,",
      ",1",
      "1,,",
      "1,bad",
      "1,follow=1",
      "1,follow,follow",
      "1,for",
      "1,for=",
      "1,for=x",
      "1,for=1x",
      "1,for=100000h",
      "1,over=1s",
      "1,clear=2",
      "1,clear=1%",
      "1,clear=",
      "1s",
      "1ms",
      "?",
      "%",
      "any",
      "1%%",
      "%31",
      "..."
    };
    check(
        Arrays.stream(values)
            .map(value -> call("EINVAL", "ask('processes/self/notify/rss/above/" + value + "')"))
            .toArray(Case[]::new));
  }

  @Test
  void unitsThatDoNotFitTheMetric() {
    check(
        call("EINVAL", "ask('processes/self/notify/threads/above/10%')"),
        call("EINVAL", "ask('processes/self/notify/cpu/above/1M')"),
        call("EINVAL", "ask('processes/self/notify/fds/above/1s')"),
        call("EINVAL", "ask('processes/self/notify/blocked/above/1M')"),
        call("EINVAL", "ask('processes/self/notify/blocked/above/10%')"),
        call("EINVAL", "ask('system/notify/load/above/10%')"),
        call("EINVAL", "ask('processes/self/notify/exit/occurs/1')"),
        call("EINVAL", "ask('processes/self/notify/exit/occurs/any,for=1s')"),
        call("EINVAL", "ask('processes/self/notify/rss/changes/0')"),
        call("EINVAL", "ask('processes/self/notify/rss/changes/1M,for=1s')"),
        call("EINVAL", "ask('processes/self/notify/rss/changes/1M,clear=1M')"),
        call("EINVAL", "ask('processes/self/notify/cpu/above/1,over=0s')"),
        call("EINVAL", "ask('processes/self/notify/rss/below/1M,clear=1K')"),
        call("EINVAL", "ask('processes/self/notify/state/occurs/any')"),
        call("EINVAL", "ask('processes/self/notify/state/occurs/d')"),
        call("EINVAL", "ask('processes/self/notify/state/occurs/DS')"),
        call("EINVAL", "ask('processes/self/notify/state/occurs/D,clear=1')"),
        call("EINVAL", "ask('processes/self/notify/state/changes/1')"),
        call("ENOENT", "ask('processes/self/notify/state/above/1')"),
        call("EINVAL", "ask('processes/self/notify/vsize/above/10%')"),
        call("EINVAL", "ask('processes/self/notify/faults.major/above/1s')"),
        call("EINVAL", "ask('processes/self/notify/io.read/below/-1')"),
        call("EINVAL", "ask('processes/self/notify/uptime/above/1M')"),
        call("EINVAL", "ask('processes/self/notify/nice/above/--1')"),
        call("EINVAL", "ask('processes/self/notify/rss.rate/above/1%')"),
        call("EINVAL", "ask('processes/self/notify/rss.rate/above/-')"),
        call("EINVAL", "ask('processes/self/notify/oom/occurs/1')"),
        call("ENOENT", "ask('processes/self/notify/limits.msgqueue/above/1')"),
        call("ENOENT", "ask('processes/sum/notify/priority/above/1')"),
        call("EINVAL", "ask('system/notify/pressure.io/above/1M')"),
        call("ok", "ask('processes/self/notify/nice/below/-20')"),
        call("ok", "ask('processes/self/notify/rss.rate/below/-1.5G,over=10s,follow')"),
        call("ok", "ask('processes/each/notify/state/occurs/X,for=30s')"),
        call("ok", "ask('processes/self/notify/limits.memlock/above/90%')"),
        call("ok", "ask('processes/self/notify/limits.nproc/above/90%')"),
        call("ok", "ask('processes/self/notify/rss/below/1K,clear=1M')"),
        call("ok", "ask('processes/self/notify/rss/above/1T,clear=1G,for=1.5m,follow')"),
        call("ok", "ask('processes/self/notify/rss/above/90%')"),
        call("ok", "ask('processes/self/notify/fds/above/90%')"),
        call("ok", "ask('processes/self/notify/cpu/above/1000%,over=10s')"),
        call("ok", "ask('processes/self/notify/blocked/above/500ms')"),
        call("ok", "ask('processes/each/notify/exit/occurs/any,follow')"));
  }

  /**
   * Wrong names for every metric in every directory. None is accepted, none waits, and none leaves
   * a waiter.
   */
  @Test
  void wrongNamesOfEveryMetric() {
    List<String> lines = Run.pythonFile("hostile_names.py", kifs.path()).silent().lines();
    String last = lines.get(lines.size() - 1);
    assertTrue(last.matches("\\d{5,} tried, 0 wrong"), () -> String.join("\n", lines));
    assertEquals("0", kifs.about("waiters"));
  }

  @Test
  void queriesThatDoNotParse() {
    String[] queries = {
      "",
      "=",
      "&",
      "tags",
      "tags=",
      "tags=nothing",
      "tags=PROCESS",
      "tags=process,",
      "pid=x",
      "pid=-1",
      "pid=99999999999",
      "pid=1&",
      "&pid=1",
      "pid=1&pid=2",
      "uid=4294967296",
      "uid=root",
      "state=Q",
      "state=DD",
      "state=d",
      "fields=some",
      "fields=light,full",
      "cgroup=a",
      "comm=",
      "comm=%4",
      "comm=%zz",
      "nothing=1",
      "pid=1&&uid=1",
      "tags=process;pid=1",
      "tags=command&x"
    };
    check(
        Arrays.stream(queries)
            .map(query -> call("EINVAL", "read('bulk?" + query + "')"))
            .toArray(Case[]::new));
    check(
        call("EINVAL", "read('processes/self/bulk?tags=system')"),
        call("EINVAL", "read('processes/sum/bulk?tags=process')"),
        call("EINVAL", "read('system/bulk?tags=thread')"));
  }

  @Test
  void strangeNames() {
    String none = "'\\x01'.encode() + bytes(range(2, 47)) + bytes(range(48, 256))";
    check(
        call("ENOENT", "opened(b'a' * 255)"),
        call("ENOENT", "opened(b'processes/' + b'9' * 255)"),
        call("ENOENT", "opened(b'a' * 1000)"),
        call("ENOENT", "opened(b'processes/' + b'1' * 1000)"),
        call("ENAMETOOLONG", "opened(b'a' * 10000)"),
        call("ENOENT", "opened(b'%00')"),
        call("ENOENT", "opened(b'%2F')"),
        call("ENOENT", "opened(b'%s%n%d')"),
        call("ENOENT", "opened(b'\\xff\\xfe\\x80')"),
        call("ENOENT", "opened(b'processes/\\xd9\\xa1')"),
        call("ENOENT", "opened(" + none + ")"),
        call("ENOENT", "opened(b'processes/' + " + none + ")"),
        call("EINVAL", "opened(b'bulk?' + b'\\xff' * 200)"),
        call("EINVAL", "opened(b'bulk?comm=' + b'%' * 200)"),
        call("EINVAL", "opened(b'processes/self/notify/rss/above/' + b'\\xff' * 255)"),
        call("EINVAL", "opened(b'processes/self/notify/rss/above/' + b'9' * 255)"),
        call("EINVAL", "opened(b'processes/self/notify/rss/above/' + b'1,' * 100)"),
        call("EINVAL", "opened(b'processes/self/notify/rss/above/\\xd9\\xa1')"));
  }

  @Test
  void nothingCanBeChanged() {
    check(
        call("EACCES", "opened('about', os.O_WRONLY)"),
        call("EACCES", "opened('about', os.O_RDWR)"),
        call("EACCES", "opened('about', os.O_WRONLY | os.O_TRUNC)"),
        call("EACCES", "opened('processes/self/rss', os.O_WRONLY)"),
        call("EACCES", "opened('processes/self/notify/rss/above/1T', os.O_RDWR | os.O_NONBLOCK)"),
        call("EACCES", "os.truncate(path('about'), 0)"),
        call("EROFS", "opened('new', os.O_CREAT | os.O_WRONLY)"),
        call("EROFS", "opened('processes/new', os.O_CREAT | os.O_RDWR | os.O_EXCL)"),
        call("EROFS", "os.mkdir(path('new'))"),
        call("EROFS", "os.mkdir(path('processes/99999999'))"),
        call("EROFS", "os.mkfifo(path('new'))"),
        call("EROFS", "os.symlink('about', path('new'))"),
        call("EROFS", "os.link(path('about'), path('new'))"),
        call("EROFS", "os.rename(path('about'), path('new'))"),
        call("EROFS", "os.rename(path('about'), path('README'))"),
        call("EROFS", "os.unlink(path('about'))"),
        call("EROFS", "os.unlink(path('processes/self'))"),
        call("EROFS", "os.rmdir(path('processes'))"),
        call("EROFS", "os.chmod(path('about'), 0o777)"),
        call("EROFS", "os.chown(path('about'), 1, 1)"),
        call("EROFS", "os.utime(path('about'))"));
  }

  @Test
  void valuesThatThisSourceCannotProvide() {
    Run.Result stat = Run.bash("cat \"$1/processes/$$/stat\"", kifs.path()).silent();
    for (String name : List.of("swap", "run.delay", "io.read", "oom.score", "cgroup")) {
      boolean given = stat.out().contains("\n" + name + "=");
      check(call(given ? "ok" : "ENODATA", "read('processes/self/" + name + "')"));
    }
  }

  @Test
  void anAttributeOfAVanishedProcess() {
    gone("rss");
    gone("stat");
    gone("cmdline");
    gone("cgroup");
    gone("bulk");
    gone("threads/%d/comm");
    gone("threads/%d/bulk");
    gone("threads/bulk");
    gone("threads/sum/switches");
  }

  /**
   * After the end of a process, a read of its open file gets ESRCH, and an open of its name gets
   * ENOENT.
   */
  private static void gone(String name) {
    try (Program hog = Program.hog()) {
      Run.Result result =
          Run.python(
                  """
                  import errno, os, signal, sys, time
                  K, pid = sys.argv[1], int(sys.argv[2])
                  path = f"{K}/processes/{pid}/" + sys.argv[3].replace("%d", str(pid))
                  fd = os.open(path, os.O_RDONLY)
                  assert os.pread(fd, 100, 0)
                  os.kill(pid, signal.SIGKILL)
                  while os.path.exists(f"/proc/{pid}"): time.sleep(0.01)
                  def call(f):
                      try: return f()
                      except OSError as e: return errno.errorcode[e.errno]
                  print(call(lambda: os.pread(fd, 100, 0)), call(lambda: os.stat(path)),
                        call(lambda: os.open(path, os.O_RDONLY)), os.fstat(fd).st_size)
                  """,
                  kifs.path(), hog.pid(), name)
              .silent();
      assertEquals("ESRCH ENOENT ENOENT 0\n", result.out(), name);
    }
  }

  /**
   * After the end of a process no path leads to its directory, even if its names were looked up
   * just before. A client whose working directory it is can't open anything there.
   */
  @Test
  void theDirectoryOfAVanishedProcess() {
    Run.Result result =
        Run.python(
                """
                import errno, os, subprocess, sys, time
                child = subprocess.Popen(["sleep", "60"])
                top = f"{sys.argv[1]}/processes/{child.pid}"
                names = "rss", "threads", f"threads/{child.pid}/comm", "notify", "notify/rss/above"
                os.chdir(top)
                for name in names: os.stat(name), os.stat(top + "/" + name)
                child.kill()
                child.wait()
                def call(f, *arguments):
                    try: f(*arguments)
                    except OSError as e: return errno.errorcode[e.errno]
                    return "ok"
                def opened(name): os.close(os.open(name, os.O_RDONLY))
                def calls(f, *paths): print(f.__name__, *{call(f, path) for path in paths})
                paths = [top + "/" + name for name in names]
                calls(os.stat, top, *paths)
                calls(os.chdir, top, *paths[1::2])
                calls(os.listdir, top, *paths[1::2])
                calls(opened, paths[0], paths[2])
                calls(opened, names[0], names[2])
                calls(os.listdir, "threads", "notify", "notify/rss")
                time.sleep(1.1)
                calls(os.stat, *names)
                """,
                kifs.path())
            .silent();
    assertEquals(
        """
        stat ENOENT
        chdir ENOENT
        listdir ENOENT
        opened ENOENT
        opened ENOENT
        listdir ENOENT
        stat ENOENT
        """,
        result.out());
  }

  /** After execve(2) the name of the process is read again, not remembered. */
  @Test
  void aProcessThatExecutesAnother() {
    Run.Result result =
        Run.bash(
                """
                coproc bash -c 'read; exec sleep 60'
                comm=$1/processes/$COPROC_PID/comm
                cat "$comm"
                echo >&${COPROC[1]}
                until [[ $(< /proc/$COPROC_PID/comm) == sleep ]]; do :; done
                cat "$comm"
                kill $COPROC_PID
                """,
                kifs.path())
            .silent();
    assertEquals("bash\nsleep\n", result.out());
  }

  /** If another process gets the pid, an open file doesn't show the other process. */
  @Test
  void aPidThatIsUsedAgain() {
    assumeTrue(Files.isWritable(Path.of("/proc/sys/kernel/ns_last_pid")));
    Run.Result result = Run.pythonFile("pid_reuse.py", kifs.path()).silent();
    assumeFalse(result.out().startsWith("pid taken"), "others forked too much");
    assertEquals("rss ESRCH\nbulk ESRCH\nthread ESRCH\nnotify ESRCH HUP\nnew ok\n", result.out());
  }

  @Test
  void aThreadIsNoProcess() {
    try (Program hog = Program.hog().command("threads 2")) {
      String tids = Run.bash("ls /proc/$1/task", hog.pid()).out();
      String tid =
          tids.lines().filter(t -> !t.equals(Long.toString(hog.pid()))).findFirst().orElseThrow();
      check(
          call("ENOENT", "read('processes/" + tid + "/rss')"),
          call("ENOENT", "os.listdir(path('processes/" + tid + "'))"),
          call("ok", "read('processes/" + hog.pid() + "/threads/" + tid + "/comm')"),
          call("ENOENT", "read('processes/1/threads/" + tid + "/comm')"));
    }
  }

  @Test
  void afterwardsTheDaemonIsWell() {
    check(call("ok", "read('about')"), call("ok", "read('bulk')"));
    assertEquals(0, kifs.waiters());
  }
}
