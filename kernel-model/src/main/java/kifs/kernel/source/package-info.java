/**
 * The port between kifs and a kernel. Every package above this one sees a kernel only through
 * {@link kifs.kernel.source.KernelSource}, and doesn't know whether it is live, recorded or made
 * up.
 *
 * <p>The source, its events and its refs are thread-safe. The interfaces state what happens when an
 * entity vanishes.
 */
@NullMarked
package kifs.kernel.source;

import org.jspecify.annotations.NullMarked;
