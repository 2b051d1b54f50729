package kifs.kernel.procfs.cgroups;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.kernel.limits.CgroupLimits;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.limits.LimitException;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.linux.limits.ClientFile;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one cgroup: files of its directories, which the kernel lets the client open and
 * write. Before an action the group's directory is opened, and then it is checked that the group
 * still exists, so a later group at the same path is never limited. Thread-safe.
 */
final class GroupLimits implements EntityLimits {
  private static final String V1_PERIOD = "cpu.cfs_period_us";

  private final List<Hierarchy> hierarchies;
  private final String path;
  private final BooleanSupplier isPresent;

  /**
   * @param isPresent whether the group still exists
   */
  GroupLimits(Hierarchies hierarchies, String path, BooleanSupplier isPresent) {
    this.hierarchies = hierarchies.all();
    this.path = path;
    this.isPresent = isPresent;
  }

  /** The hierarchies in which the group can have a file of that kind. */
  private Stream<Hierarchy> having(LimitKind kind) {
    return hierarchies.stream().filter(hierarchy -> form(kind, hierarchy) != null);
  }

  private static @Nullable LimitForm form(LimitKind kind, Hierarchy hierarchy) {
    return LimitForm.of(kind, hierarchy.isV2());
  }

  @Override
  public Optional<Owner> owner(LimitKind kind) {
    return having(kind).flatMap(hierarchy -> owner(kind, hierarchy).stream()).findFirst();
  }

  private Optional<Owner> owner(LimitKind kind, Hierarchy hierarchy) {
    LimitForm form = form(kind, hierarchy);
    try {
      return form == null
          ? Optional.empty()
          : Optional.of(in(hierarchy, dir -> ClientFile.owner(dir, form.file())));
    } catch (LimitException e) {
      return Optional.empty();
    }
  }

  /** The hierarchies in which the group has a file of that kind now. */
  private List<Hierarchy> present(LimitKind kind) {
    List<Hierarchy> present =
        having(kind).filter(hierarchy -> owner(kind, hierarchy).isPresent()).toList();
    if (present.isEmpty()) {
      throw isPresent.getAsBoolean()
          ? new LimitException(LimitException.ENODATA, "the group has no limit " + kind.name())
          : LimitException.vanished();
    }
    return present;
  }

  @Override
  public String read(LimitKind kind) {
    if (CgroupLimits.WRITE_ONLY.contains(kind)) {
      throw new LimitException(LimitException.ENODATA, "nothing to read");
    }
    return present(kind).stream()
        .map(hierarchy -> read(kind, hierarchy))
        .distinct()
        .collect(Collectors.joining(" "));
  }

  private String read(LimitKind kind, Hierarchy hierarchy) {
    LimitForm form = LimitForm.of(kind, hierarchy.isV2());
    if (form == null) {
      throw LimitException.vanished();
    }
    return in(
        hierarchy,
        dir -> {
          String text = form.fromKernel().apply(ClientFile.read(dir, form.file()));
          boolean hasPeriod = kind.equals(CgroupLimits.CPU) && !hierarchy.isV2();
          return hasPeriod ? text + " " + ClientFile.read(dir, V1_PERIOD) : text;
        });
  }

  /**
   * {@inheritDoc} A process is moved in every hierarchy that has the group. If a later one refuses
   * it, it stays moved in the earlier ones.
   */
  @Override
  public void write(LimitKind kind, String text, ClientIdentity client) {
    String parsed = CgroupLimits.parse(kind, text);
    for (Hierarchy hierarchy : present(kind)) {
      LimitForm form = LimitForm.of(kind, hierarchy.isV2());
      if (form != null) {
        in(
            hierarchy,
            dir -> {
              write(kind, hierarchy, form, dir, parsed, client);
              return true;
            });
      }
    }
  }

  private static void write(
      LimitKind kind,
      Hierarchy hierarchy,
      LimitForm form,
      int dir,
      String text,
      ClientIdentity client) {
    int blank = text.indexOf(' ');
    if (!kind.equals(CgroupLimits.CPU) || hierarchy.isV2() || blank < 0) {
      ClientFile.write(client, dir, form.file(), form.toKernel().apply(text));
      return;
    }
    // v1 has the quota and the period in two files. If the quota is refused, the period is as
    // before.
    String before = ClientFile.read(dir, V1_PERIOD);
    ClientFile.write(client, dir, V1_PERIOD, text.substring(blank + 1));
    try {
      ClientFile.write(client, dir, form.file(), form.toKernel().apply(text.substring(0, blank)));
    } catch (LimitException e) {
      ClientFile.write(client, dir, V1_PERIOD, before);
      throw e;
    }
  }

  /**
   * Calls an action with the group's open directory in a hierarchy.
   *
   * @throws LimitException ESRCH if the group was removed
   */
  private <T> T in(Hierarchy hierarchy, IntFunction<T> action) {
    int dir = Syscalls.open(hierarchy.mountPoint() + path, Syscalls.O_PATH | Syscalls.O_DIRECTORY);
    if (dir < 0) {
      throw LimitException.vanished();
    }
    try {
      if (!isPresent.getAsBoolean()) {
        throw LimitException.vanished();
      }
      return action.apply(dir);
    } finally {
      Syscalls.close(dir);
    }
  }
}
