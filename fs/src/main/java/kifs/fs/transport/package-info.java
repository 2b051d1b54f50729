/** Ways in which the kernel's requests reach the tree. */
package kifs.fs.transport;
