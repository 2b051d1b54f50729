/**
 * The memory that the daemon shares with the BPF programs, described once.
 *
 * <p>Each class whose name ends in {@code Layout} describes one C struct; its constants are the
 * offsets of the members, in bytes from the first byte of the struct. All numbers are
 * little-endian. {@link kifs.kernel.bpf.layout.RequestHeader} makes {@code request.h}, which the
 * programs include, from these classes, and a test compares the two.
 *
 * <p>This package only describes memory: it neither maps, reads nor writes any, and doesn't know
 * the programs. Its constants never change, so every thread may use them.
 */
@NullMarked
package kifs.kernel.bpf.layout;

import org.jspecify.annotations.NullMarked;
