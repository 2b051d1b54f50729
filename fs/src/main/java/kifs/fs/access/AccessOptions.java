package kifs.fs.access;

import java.util.OptionalLong;

/**
 * Who may enter the tree, and who sees what. Immutable.
 *
 * @param isPrivate whether only the user that mounts the tree may enter it
 * @param group id of the group whose members see everything; empty: there is none
 * @param hidePid how processes of others are hidden
 */
public record AccessOptions(boolean isPrivate, OptionalLong group, HidePid hidePid) {
  /** Everybody may enter, and sees what /proc shows. */
  public static final AccessOptions DEFAULT =
      new AccessOptions(false, OptionalLong.empty(), HidePid.OFF);
}
