package kifs.kernel.linux.limits;

import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.LimitException;

/** How one kind of limit is read and changed. Stateless and thread-safe. */
interface Setting {
  /**
   * @throws LimitException as {@link kifs.kernel.limits.EntityLimits#read}
   */
  String read(LimitTarget target);

  /**
   * @throws LimitException as {@link kifs.kernel.limits.EntityLimits#write}
   */
  void write(LimitTarget target, String text, ClientIdentity client);
}
