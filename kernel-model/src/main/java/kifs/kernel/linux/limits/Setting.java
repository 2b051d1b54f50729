package kifs.kernel.linux.limits;

import java.util.Optional;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.limits.LimitException;

/** How one kind of limit is read and changed. Stateless and thread-safe. */
interface Setting {
  /** See {@link EntityLimits#owner}. */
  default Optional<EntityLimits.Owner> owner(LimitTarget target) {
    return Optional.empty();
  }

  /**
   * @throws LimitException as {@link EntityLimits#read}
   */
  String read(LimitTarget target);

  /**
   * @throws LimitException as {@link EntityLimits#write}
   */
  void write(LimitTarget target, String text, ClientIdentity client);
}
