package kifs.kernel.simulated;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.CpuList;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.limits.LimitException;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.limits.NiceValue;
import kifs.kernel.limits.RlimitValue;
import kifs.kernel.record.LimitsRecord;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a simulated process or thread. They are plain values, and the rules who may change
 * them are the main ones of Linux. Thread-safe by the kernel's lock.
 */
final class SimulatedLimits implements EntityLimits {
  static final Set<LimitKind> KINDS = kinds();

  private static final int EACCES = 13;
  private static final int NICE_TO_RLIMIT = 20;

  private final World world;
  private final SimulatedProcessRef process;
  private final Function<Sighting, @Nullable SimulatedThread> thread;
  private final boolean isOfThread;

  /**
   * @param thread finds the thread whose values are read; null: it has ended
   * @param isOfThread whether only that thread is changed, or else all threads of the process
   */
  SimulatedLimits(
      World world,
      SimulatedProcessRef process,
      Function<Sighting, @Nullable SimulatedThread> thread,
      boolean isOfThread) {
    this.world = world;
    this.process = process;
    this.thread = thread;
    this.isOfThread = isOfThread;
  }

  private static Set<LimitKind> kinds() {
    Set<LimitKind> kinds =
        new HashSet<>(List.of(LimitKind.NICE, LimitKind.AFFINITY, LimitKind.OOM_SCORE_ADJ));
    LimitsRecord.LIMITS.forEach(limit -> kinds.add(LimitKind.of(limit)));
    return Set.copyOf(kinds);
  }

  @Override
  public Optional<Owner> owner(LimitKind kind) {
    return kind.equals(LimitKind.OOM_SCORE_ADJ)
        ? process.owner().map(owner -> new Owner(owner.user(), owner.group()))
        : Optional.empty();
  }

  @Override
  public String read(LimitKind kind) {
    return world.readCounted(
        now -> {
          SimulatedThread of = present();
          if (kind.equals(LimitKind.NICE)) {
            return Integer.toString(of.nice());
          }
          if (kind.equals(LimitKind.AFFINITY)) {
            return CpuList.text(of.affinity(world.system().cpus()));
          }
          return kind.equals(LimitKind.OOM_SCORE_ADJ)
              ? Integer.toString(of.process().credentials().oomScoreAdj())
              : rlimit(of, limit(kind)).text();
        });
  }

  private SimulatedThread present() {
    Sighting of = process.sight();
    SimulatedThread found = of == null ? null : thread.apply(of);
    if (found == null) {
      throw LimitException.vanished();
    }
    return found;
  }

  private static LimitsRecord.Limit limit(LimitKind kind) {
    return LimitsRecord.LIMITS.stream()
        .filter(limit -> LimitKind.of(limit).equals(kind))
        .findAny()
        .orElseThrow(
            () -> new LimitException(LimitException.ENODATA, "not simulated: " + kind.name()));
  }

  private static RlimitValue rlimit(SimulatedThread of, LimitsRecord.Limit limit) {
    return new RlimitValue(of.process().limits().soft(limit), of.process().limits().hard(limit));
  }

  @Override
  public void write(LimitKind kind, String text, ClientIdentity client) {
    world.mutate(
        now -> {
          present();
          world.single(process.pid());
          SimulatedThread of = present();
          if (kind.equals(LimitKind.NICE)) {
            setNice(of, NiceValue.parseNice(text), client);
          } else if (kind.equals(LimitKind.AFFINITY)) {
            setAffinity(of, CpuList.parse(text), client);
          } else if (kind.equals(LimitKind.OOM_SCORE_ADJ)) {
            setOomScoreAdj(of.process(), NiceValue.parseOomScoreAdj(text), client);
          } else {
            setRlimit(of, limit(kind), text, client);
          }
        });
  }

  private Collection<SimulatedThread> changed(SimulatedThread of) {
    return isOfThread ? List.of(of) : of.process().allThreads();
  }

  private void setNice(SimulatedThread of, int nice, ClientIdentity client) {
    requireScheduler(of, client);
    LimitsRecord.Limit limit =
        LimitsRecord.LIMITS.stream().filter(l -> l.name().equals("nice")).findAny().orElseThrow();
    long least = NICE_TO_RLIMIT - of.process().limits().soft(limit);
    boolean mayLower = client.has(ClientIdentity.SYS_NICE) || nice >= least;
    if (!mayLower && changed(of).stream().anyMatch(thread -> nice < thread.nice())) {
      throw new LimitException(EACCES, "a lower nice value needs CAP_SYS_NICE");
    }
    changed(of).forEach(thread -> thread.nice(nice));
  }

  private void setAffinity(SimulatedThread of, BitSet cpus, ClientIdentity client) {
    requireScheduler(of, client);
    BitSet existing = cpus.get(0, world.system().cpus());
    if (existing.isEmpty()) {
      throw LimitException.invalid("none of these CPUs exists");
    }
    changed(of).forEach(thread -> thread.affinity(existing));
  }

  private static void requireScheduler(SimulatedThread of, ClientIdentity client) {
    require(
        client.uid() == uid(of.process()) || client.has(ClientIdentity.SYS_NICE),
        LimitException.EPERM);
  }

  private static void setOomScoreAdj(SimulatedProcess of, int value, ClientIdentity client) {
    require(client.uid() == 0 || client.uid() == uid(of), EACCES);
    require(
        value >= of.credentials().oomScoreAdj() || client.has(ClientIdentity.SYS_RESOURCE), EACCES);
    of.oomScoreAdj(value);
  }

  private static void setRlimit(
      SimulatedThread of, LimitsRecord.Limit limit, String text, ClientIdentity client) {
    long hard = of.process().limits().hard(limit);
    RlimitValue value = RlimitValue.parse(text, RlimitValue.isBytes(limit), hard);
    boolean isOwn =
        client.realUid() == uid(of.process())
            && client.realGid() == Integer.toUnsignedLong(of.process().credentials().gid());
    boolean raises = Long.compareUnsigned(value.hard(), hard) > 0;
    require(isOwn && !raises || client.has(ClientIdentity.SYS_RESOURCE), LimitException.EPERM);
    require(Long.compareUnsigned(value.soft(), value.hard()) <= 0, LimitException.EINVAL);
    of.process().limit(limit.name(), value.soft(), value.hard());
  }

  private static long uid(SimulatedProcess of) {
    return Integer.toUnsignedLong(of.credentials().uid());
  }

  private static void require(boolean allowed, int errno) {
    if (!allowed) {
      throw new LimitException(errno, "the simulated kernel refuses it");
    }
  }
}
