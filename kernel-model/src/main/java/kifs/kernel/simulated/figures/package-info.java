/**
 * The values of a simulated process: counters, memory, limits, credentials, open files.
 *
 * <p>This package doesn't know processes or locks. The lock of the simulated kernel guards its
 * values.
 */
@NullMarked
package kifs.kernel.simulated.figures;

import org.jspecify.annotations.NullMarked;
