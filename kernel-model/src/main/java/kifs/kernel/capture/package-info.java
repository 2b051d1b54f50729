/**
 * The past as a kernel: a source over a bulk of a file. It has the entities that were recorded,
 * with the fields that were, and neither events nor limits.
 *
 * <p>This package doesn't know which file or which moment a client has chosen. Its types are
 * thread-safe.
 */
@NullMarked
package kifs.kernel.capture;

import org.jspecify.annotations.NullMarked;
