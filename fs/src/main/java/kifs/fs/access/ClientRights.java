package kifs.fs.access;

import java.util.Set;

/**
 * The rights of a client that the transport doesn't tell. Immutable.
 *
 * @param groups ids of its groups, with the supplementary ones
 * @param capabilities mask of its effective capabilities
 * @param isInOwnUserNamespace whether it is in the user namespace of the daemon, so that its
 *     capabilities count
 */
public record ClientRights(Set<Long> groups, long capabilities, boolean isInOwnUserNamespace) {}
