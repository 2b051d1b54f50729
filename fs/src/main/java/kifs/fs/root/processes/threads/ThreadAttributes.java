package kifs.fs.root.processes.threads;

import static kifs.fs.node.entity.Attribute.guarded;
import static kifs.fs.node.entity.Attribute.of;
import static kifs.fs.node.entity.Attribute.shown;
import static kifs.fs.node.entity.Attribute.sum;
import static kifs.kernel.record.ThreadRecord.*;

import java.util.List;
import java.util.function.LongFunction;
import kifs.fs.node.entity.Attribute;
import kifs.fs.node.entity.CommName;
import kifs.fs.node.entity.CpuPercent;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.history.UnusualAttributes;
import kifs.fs.node.text.Values;
import kifs.kernel.limits.SchedulingPolicy;
import kifs.kernel.record.Field;
import kifs.kernel.record.WaitKind;
import kifs.kernel.source.ThreadRef;

/** The attributes of a thread: {@code processes/<pid>/threads/<tid>/NAME}. */
public final class ThreadAttributes {
  /**
   * The value of an attribute that the thread doesn't have now: it doesn't wait, or the owner of
   * the object is unknown.
   */
  private static final String NOTHING = "-";

  /** A thread with the services that attributes need. */
  record Entity(Kernel kernel, ThreadRef thread) {}

  private static final CpuPercent<Entity> CPU =
      CpuPercent.ofThread(Entity::kernel, e -> e.thread().pid(), e -> e.thread().tid());

  public static final List<Attribute<Entity>> ALL =
      List.of(
          CommName.attribute(COMM, e -> e.thread().fullName()),
          shown("state", STATE.doc(), STATE, state -> Character.toString((char) state)),
          of("uid", UID),
          of("euid", EUID),
          of("start", START),
          CPU.recent(),
          CPU.window(),
          CPU.average(),
          UnusualAttributes.ofAll(
              e -> UnusualAttributes.score(e.kernel(), e.thread().pid(), e.thread().tid(), false)),
          UnusualAttributes.ofIo(
              e -> UnusualAttributes.score(e.kernel(), e.thread().pid(), e.thread().tid(), true)),
          of("cpu.time", RUNTIME),
          of("cpu.user", UTIME),
          of("cpu.system", STIME),
          of("run.delay", RUN_DELAY),
          new Attribute<>(
              "wait",
              "kind of object that it waits for",
              WAIT_KIND.bit(),
              (e, thread) ->
                  thread.has(WAIT_KIND) ? WaitKind.of(thread.get(WAIT_KIND)).label() : NOTHING),
          waiting("wait.since", "boot time since which it waits, s", LAST_RAN, Values::seconds),
          waiting(
              "wait.on",
              "object that it waits for: address of the lock, fd of the locked file, or pid of the"
                  + " child",
              WAIT_OBJECT,
              object -> "0x" + Long.toHexString(object)),
          waiting("wait.owner", "thread that owns this object", WAIT_OWNER, Long::toString),
          new Attribute<>(
              "wait.channel",
              WAIT_CHANNEL.doc(),
              WAIT_CHANNEL.bit(),
              (e, thread) -> thread.has(WAIT_CHANNEL) ? thread.text(WAIT_CHANNEL) : NOTHING),
          new Attribute<>(
              "syscall",
              SYSCALL.doc(),
              SYSCALL.bit(),
              (e, thread) -> thread.has(SYSCALL) ? Long.toString(thread.get(SYSCALL)) : NOTHING),
          of("processor", PROCESSOR),
          of("priority", PRIORITY),
          of("nice", NICE),
          of("rt.priority", RT_PRIORITY),
          shown("policy", "scheduling policy", POLICY, SchedulingPolicy::name),
          sum("switches", "context switches", VOLUNTARY_SWITCHES, INVOLUNTARY_SWITCHES),
          of("switches.voluntary", VOLUNTARY_SWITCHES),
          of("switches.involuntary", INVOLUNTARY_SWITCHES),
          of("faults.minor", MINOR_FAULTS),
          of("faults.major", MAJOR_FAULTS),
          guarded("io.read", READ),
          guarded("io.write", WRITE));

  private ThreadAttributes() {}

  private static Attribute<Entity> waiting(
      String name, String doc, Field field, LongFunction<String> format) {
    return new Attribute<>(
        name,
        doc,
        WAIT_KIND.bit() | field.bit(),
        (entity, thread) ->
            thread.get(WAIT_KIND) != 0 && thread.has(field)
                ? format.apply(thread.get(field))
                : NOTHING);
  }
}
