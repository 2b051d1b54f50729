package kifs.kernel.linux.events;

import java.util.List;
import kifs.kernel.source.CgroupRef;

/** A cgroup of the running kernel, whose files can be watched. */
public interface WatchedCgroup extends CgroupRef {
  /**
   * The paths that a file of the group can have: one in each hierarchy, of which at most one exists
   * for a file of a controller.
   */
  List<String> files(String name);

  /** Whether the group still exists. */
  boolean isPresent();
}
