/**
 * The port between kifs and a kernel. Everything above this package sees a kernel only through
 * {@link kifs.kernel.source.KernelSource}, and doesn't know whether it is live, recorded or made
 * up.
 */
package kifs.kernel.source;
