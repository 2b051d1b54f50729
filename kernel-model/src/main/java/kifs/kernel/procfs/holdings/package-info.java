/**
 * Readers of what processes hold: open files, sockets, mappings and shared-memory objects. Each
 * reader is here together with the parsers that only it uses.
 *
 * <p>This package doesn't depend on the package about locks. One thread uses a reader at a time.
 */
@NullMarked
package kifs.kernel.procfs.holdings;

import org.jspecify.annotations.NullMarked;
