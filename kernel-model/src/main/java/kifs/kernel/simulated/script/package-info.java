/**
 * Scripts: text files that describe a simulated kernel, what happens in it, and when.
 *
 * <p>This package knows the simulated kernel only through its public methods. One thread uses a
 * parser; a player runs under the kernel's lock.
 */
@NullMarked
package kifs.kernel.simulated.script;

import org.jspecify.annotations.NullMarked;
