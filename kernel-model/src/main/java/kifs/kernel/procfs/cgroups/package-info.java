/**
 * cgroups: the directories below the mount points of cgroup v2 and of the hierarchies of v1. {@link
 * kifs.kernel.procfs.cgroups.FigureFiles} says which file has which field of CGROUP; {@link
 * kifs.kernel.procfs.cgroups.ProcfsCgroups} fills the records.
 *
 * <p>A parser has no side effects and accepts any input: a figure that it can't read stays absent.
 * A group that vanishes while it is read is left out.
 */
@NullMarked
package kifs.kernel.procfs.cgroups;

import org.jspecify.annotations.NullMarked;
