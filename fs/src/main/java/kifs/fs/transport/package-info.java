/**
 * How the kernel's requests reach the tree: the port, and what every transport needs.
 *
 * <p>This package knows no node, no notifier and no kernel source. Each transport runs its own
 * threads and enters here from them.
 */
package kifs.fs.transport;
