package kifs.kernel.limits;

import java.util.Set;

/**
 * The rights by which the kernel decides what a client may change. Immutable.
 *
 * @param realUid real user id
 * @param uid effective user id, which is also the file-system user id
 * @param realGid real group id
 * @param gid effective group id, which is also the file-system group id
 * @param groups the supplementary groups
 * @param capabilities mask of the effective capabilities, by the CAP_* numbers of the kernel's
 *     uapi/linux/capability.h
 * @param permitted mask of the permitted capabilities. Who may change the scheduling of a process
 *     that has capabilities depends on them
 */
public record ClientIdentity(
    long realUid,
    long uid,
    long realGid,
    long gid,
    Set<Long> groups,
    long capabilities,
    long permitted) {
  /** May change the scheduling of all threads. */
  public static final long SYS_NICE = 1L << 23;

  /** May exceed limits on resources. */
  public static final long SYS_RESOURCE = 1L << 24;

  public boolean has(long capability) {
    return (capabilities & capability) != 0;
  }

  /** Whether the ids and the groups are the same. The capabilities may differ. */
  public boolean isSameUser(ClientIdentity other) {
    return equals(other.withCapabilities(capabilities, permitted));
  }

  /** This user with only those capabilities that the other client has as well. */
  public ClientIdentity limitedBy(ClientIdentity other) {
    return withCapabilities(capabilities & other.capabilities, permitted & other.permitted);
  }

  private ClientIdentity withCapabilities(long effectiveMask, long permittedMask) {
    return new ClientIdentity(realUid, uid, realGid, gid, groups, effectiveMask, permittedMask);
  }
}
