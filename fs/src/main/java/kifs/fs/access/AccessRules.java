package kifs.fs.access;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Node;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.ProcessRef;

/** Decides what each client may see, by the options and by the client's rights. Thread-safe. */
public final class AccessRules {
  private static final long DAC_OVERRIDE = 1L << 1;
  private static final long DAC_READ_SEARCH = 1L << 2;
  private static final long SYS_PTRACE = 1L << 19;

  private static final String YAMA = "/proc/sys/kernel/yama/ptrace_scope";

  private static final int OF_OWNER = 0400;
  private static final int OF_GROUP = 0040;

  private final AccessOptions options;
  private final Function<Caller, Optional<ClientRights>> rights;
  private final Function<Caller, Optional<ClientIdentity>> identities;

  /** Rules for clients of this host. */
  public static AccessRules of(AccessOptions options) {
    return new AccessRules(options, Callers::rights, Callers::identity);
  }

  /**
   * Rules for a kernel that is read from a file. Who reads the file sees all of it, with or without
   * a mount.
   *
   * @param reader the user who reads the file
   */
  public static AccessRules ofFile(AccessOptions options, long reader) {
    ClientRights all = new ClientRights(Set.of(), SYS_PTRACE | DAC_READ_SEARCH, true);
    return new AccessRules(
        options,
        caller -> caller.uid() == reader ? Optional.of(all) : Callers.rights(caller),
        Callers::identity);
  }

  /**
   * @param rights finds the rights of a client to see; empty: they can't be found out
   * @param identities finds the rights of a client to change something; empty: it has none
   */
  public AccessRules(
      AccessOptions options,
      Function<Caller, Optional<ClientRights>> rights,
      Function<Caller, Optional<ClientIdentity>> identities) {
    this.options = options;
    this.rights = rights;
    this.identities = identities;
  }

  public AccessOptions options() {
    return options;
  }

  /** Whether processes of others are hidden from clients that don't see everything. */
  public boolean hidesOthers() {
    return options.hidePid() != HidePid.OFF;
  }

  /**
   * What a client may see now. A client that can't be identified, or is in another user namespace,
   * sees what everybody sees.
   */
  public Viewer viewer(Caller caller) {
    boolean hides = hidesOthers();
    ClientRights client = rights.apply(caller).orElse(null);
    if (client == null || !client.isInOwnUserNamespace()) {
      return new Viewer(false, ProcessRecord.NO_VIEWER, ProcessRecord.NO_VIEWER, 0, false, hides);
    }
    if (isPowerful(client.capabilities()) || isMember(client)) {
      return Viewer.OF_ALL;
    }
    return new Viewer(
        false, caller.uid(), caller.gid(), client.capabilities(), !isRestricted(), hides);
  }

  /** The rights with which a client may now change something; empty: it may change nothing. */
  public Optional<ClientIdentity> identity(Caller caller) {
    return identities.apply(caller);
  }

  /** For files of mode 0400 the kernel asks for the right to read them, too. */
  static boolean isPowerful(long capabilities) {
    return (capabilities & SYS_PTRACE) != 0
        && (capabilities & (DAC_READ_SEARCH | DAC_OVERRIDE)) != 0;
  }

  private boolean isMember(ClientRights client) {
    return options.group().isPresent() && client.groups().contains(options.group().getAsLong());
  }

  /** Whether the Yama security module restricts who may attach to a process. */
  private static boolean isRestricted() {
    String scope = ThreadFiles.read(YAMA);
    // Without the module there is no such file.
    return scope != null && !scope.strip().equals("0");
  }

  /** The permissions of a file that not everybody may read. */
  public int guardedPermissions() {
    return options.group().isPresent() ? OF_OWNER | OF_GROUP : OF_OWNER;
  }

  /** The permissions of a directory that not everybody may enter. */
  public int guardedDirectoryPermissions() {
    int read = guardedPermissions();
    return read | read >> 2;
  }

  /** The owner of a file about all processes that not everybody may read. */
  public Node.Owner ownerOfAll() {
    return new Node.Owner(0, options.group().orElse(0));
  }

  /** The owner of a guarded file of a process: the user that may see it, else root. */
  public Node.Owner owner(ProcessRef process) {
    Record record = Record.allocate(ProcessRecord.TYPE);
    boolean isThere = process.read(ProcessRecord.VIEWER, record);
    if (!isThere || record.get(ProcessRecord.VIEWER_UID) == ProcessRecord.NO_VIEWER) {
      return ownerOfAll();
    }
    return new Node.Owner(
        record.get(ProcessRecord.VIEWER_UID),
        options.group().orElse(record.get(ProcessRecord.VIEWER_GID)));
  }
}
