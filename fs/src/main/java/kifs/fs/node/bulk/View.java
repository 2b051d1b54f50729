package kifs.fs.node.bulk;

import kifs.kernel.bulk.Visibility;

/**
 * What a client may see of a bulk. Immutable.
 *
 * @param visibility by {@code equals}: clients with equal visibilities can share a bulk
 * @param process the process that the bulk is about; 0: it is not about one process
 */
public record View(Visibility visibility, int process) {}
