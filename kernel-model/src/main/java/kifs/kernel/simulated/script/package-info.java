/**
 * A script in a text file that makes up a kernel and says what happens in it, and when.
 *
 * <p>This package knows the simulated kernel only through its public verbs. A parser is used by one
 * thread; a player runs under the kernel's lock.
 */
package kifs.kernel.simulated.script;
