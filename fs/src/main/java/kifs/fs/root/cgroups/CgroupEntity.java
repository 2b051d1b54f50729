package kifs.fs.root.cgroups;

import kifs.fs.node.entity.Kernel;
import kifs.kernel.source.CgroupRef;

/** A cgroup with the kernel that it belongs to, for its attributes. */
record CgroupEntity(Kernel kernel, CgroupRef ref) {}
