package kifs.fs.node.bulk;

import kifs.kernel.query.Query;

/**
 * What a reader of a bulk asks for. Immutable.
 *
 * @param query what a whole bulk shall contain
 * @param isChanged whether each bulk after the first one shall only have what differs from the one
 *     before
 */
record BulkRequest(Query query, boolean isChanged) {
  /** The word that asks for changed bulks. */
  static final String CHANGED = "changed";
}
