package kifs.kernel.linux.limits;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.limits.LimitException;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.record.LimitsRecord;

/** The limits of one process or thread of this host. Thread-safe. */
public final class LinuxLimits implements EntityLimits {
  private static final Map<LimitKind, Setting> SETTINGS = settings();

  private final LimitTarget target;

  public LinuxLimits(LimitTarget target) {
    this.target = target;
  }

  private static Map<LimitKind, Setting> settings() {
    Map<LimitKind, Setting> settings = new HashMap<>();
    for (LimitsRecord.Limit limit : LimitsRecord.LIMITS) {
      settings.put(LimitKind.of(limit), new Rlimit(limit));
    }
    settings.put(LimitKind.NICE, new Nice());
    settings.put(LimitKind.POLICY, new Policy());
    settings.put(LimitKind.UCLAMP, new Clamp());
    settings.put(LimitKind.AFFINITY, new Affinity());
    settings.put(LimitKind.IOPRIO, new IoClass());
    settings.put(LimitKind.OOM_SCORE_ADJ, new OomScoreAdjustment());
    settings.put(LimitKind.CGROUP, new CgroupMembership());
    return Map.copyOf(settings);
  }

  /** The kinds of limits that this kernel has. */
  public static Set<LimitKind> kinds() {
    Set<LimitKind> kinds = new HashSet<>(SETTINGS.keySet());
    if (!Clamp.IS_SUPPORTED) {
      kinds.remove(LimitKind.UCLAMP);
    }
    return kinds;
  }

  private static Setting setting(LimitKind kind) {
    Setting setting = SETTINGS.get(kind);
    if (setting == null) {
      throw new LimitException(LimitException.ENODATA, "no limit " + kind.name());
    }
    return setting;
  }

  @Override
  public Optional<Owner> owner(LimitKind kind) {
    return setting(kind).owner(target);
  }

  @Override
  public String read(LimitKind kind) {
    return setting(kind).read(target);
  }

  @Override
  public void write(LimitKind kind, String text, ClientIdentity client) {
    setting(kind).write(target, text, client);
  }
}
