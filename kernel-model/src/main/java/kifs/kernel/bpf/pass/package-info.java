/**
 * Passes over processes and threads by BPF. A pass is planned, runs in batches, and sorts its
 * records.
 *
 * <p>{@link kifs.kernel.bpf.pass.BpfEngine} owns the slots, and {@link
 * kifs.kernel.bpf.pass.PassMaker} makes a pass in one of them. Nothing in a pass calls the maker of
 * the engine.
 *
 * <p>This package doesn't know events, open files or mappings. A pass runs on the thread that
 * called for it. A large pass also uses one helper thread.
 */
@NullMarked
package kifs.kernel.bpf.pass;

import org.jspecify.annotations.NullMarked;
