package kifs.kernel.simulated.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kifs.kernel.clock.FollowingClock;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.figures.SimulationException;

/**
 * A text that says what happens in a simulated kernel. Each line has one statement; {@code #}
 * begins a comment.
 *
 * <pre>
 * host name=demo processors=4 memory=16G boot=3h
 * 0s   spawn 100 comm=java uid=1000 threads=4 rss=200M fds=20 cpu=30% cmdline="java -jar x.jar"
 * 0s   crowd 1000 from=1000 threads=4 comm=idle
 * 5s   thread 100 105 comm=worker
 * 10s  set 100 rss=600M cpu=95%
 * 12s  block 100/105 mutex 0x7f00 owner=100
 * 13s  run 100/105
 * 14s  open 100 7 socket inode=4711 protocol=tcp local=10.0.0.1:80 state=listen
 * 14s  shm cache kind=posix size=1G resident=200M
 * 14s  map 100 cache bytes=1G
 * 15s  system pressure.cpu=40% load=3
 * 20s  exit 100 status=1
 * 25s  oom 200
 * 30s  repeat
 * </pre>
 *
 * <p>Times are from the script's start, and may be in any order. Sizes take K M G T, powers of
 * 1024. {@code PID/TID} is a thread; {@code PID} is a process, or its main thread. {@code status}
 * is an exit code, {@code signal} the signal that killed the process. {@code repeat} ends all
 * processes, removes all shared memory, and starts the script again, with the same pids and later
 * start times. The parser carries out the script once on a kernel of its own, so a parsed script
 * doesn't fail later. Immutable.
 */
public final class SimulationScript {
  private static final long REALTIME_NS = 1_767_225_600_000_000_000L;

  private final List<ScriptStatement> statements;
  private final long periodNs;
  private final long uptimeNs;

  private SimulationScript(List<ScriptStatement> statements, long periodNs, long uptimeNs) {
    this.statements = statements;
    this.periodNs = periodNs;
    this.uptimeNs = uptimeNs;
  }

  /** Reads a script, and {@linkplain #start starts} it. */
  public static SimulatedKernel load(Path file, KernelClock clock)
      throws IOException, SimulationScriptException {
    return read(file).start(clock);
  }

  /** Reads and parses a file in UTF-8. */
  public static SimulationScript read(Path file) throws IOException, SimulationScriptException {
    // readString would throw for bytes that aren't UTF-8. They must be reported as a bad line.
    return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
  }

  /**
   * Parses a script.
   *
   * @throws SimulationScriptException if a statement can't be parsed or carried out
   */
  public static SimulationScript parse(String text) throws SimulationScriptException {
    ScriptParser parser = new ScriptParser();
    List<ScriptStatement> statements = new ArrayList<>();
    int line = 0;
    for (String lineText : text.split("\\R", -1)) {
      line++;
      try {
        ScriptStatement statement = parser.parse(line, lineText);
        if (statement != null) {
          statements.add(statement);
        }
      } catch (SimulationException e) {
        throw new SimulationScriptException(line, e.getMessage());
      }
    }
    statements.sort(Comparator.comparingLong(ScriptStatement::atNs));
    SimulationScript script =
        new SimulationScript(List.copyOf(statements), parser.periodNs(), parser.uptimeNs());
    script.rehearse(parser.repeatLine());
    return script;
  }

  /** Makes a kernel that follows this script, which begins at the clock's present time. */
  public SimulatedKernel start(KernelClock clock) {
    SimulatedKernel kernel = new SimulatedKernel(clock);
    kernel.play(new ScriptPlayer(kernel, statements, periodNs, clock.boottimeNs()));
    return kernel;
  }

  /**
   * Makes a kernel that follows this script in real time. Its uptime begins at the script's {@code
   * boot}, and its wall clock is the host's. A thread carries out each statement when the statement
   * is due, and notifies listeners. Closing the kernel ends the thread.
   */
  public SimulatedKernel startInRealTime() {
    long realtimeNs = System.currentTimeMillis() * 1_000_000;
    SimulatedKernel kernel = start(new FollowingClock(uptimeNs, realtimeNs));
    kernel.onClose(new ScriptDriver(kernel)::close);
    return kernel;
  }

  /** Makes a clock that stops at the script's uptime until a caller advances it. */
  public VirtualClock virtualClock() {
    return new VirtualClock(uptimeNs, REALTIME_NS);
  }

  /** The time after which the script starts again, ns; 0: never. */
  public long periodNs() {
    return periodNs;
  }

  /** Carries out the script once, to find the first statement that is impossible. */
  private void rehearse(int repeatLine) throws SimulationScriptException {
    VirtualClock clock = virtualClock();
    SimulatedKernel kernel = new SimulatedKernel(clock);
    for (ScriptStatement statement : statements) {
      if (periodNs > 0 && statement.atNs() >= periodNs) {
        throw new SimulationScriptException(
            statement.line(), "would happen after the repeat in line " + repeatLine);
      }
      clock.advanceTo(uptimeNs + statement.atNs());
      try {
        statement.action().accept(kernel);
      } catch (SimulationException e) {
        throw new SimulationScriptException(statement.line(), e.getMessage());
      }
    }
  }
}
