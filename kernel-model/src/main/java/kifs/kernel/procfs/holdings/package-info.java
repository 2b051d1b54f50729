/**
 * What processes hold: open files, sockets, mappings and shared-memory objects. Readers, each with
 * the parsers that it alone uses.
 *
 * <p>This package doesn't know locks. One thread uses a reader at a time.
 */
package kifs.kernel.procfs.holdings;
