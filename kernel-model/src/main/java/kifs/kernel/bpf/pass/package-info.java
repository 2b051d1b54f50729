/**
 * One pass over processes and threads by BPF: planned, run in batches, and its records put in
 * order.
 *
 * <p>The calls run one way: {@link kifs.kernel.bpf.pass.BpfEngine} hands out slots, {@link
 * kifs.kernel.bpf.pass.PassMaker} makes a pass of one, and nothing in a pass goes back to the
 * engine's maker.
 *
 * <p>This package doesn't know events, open files or mappings. A pass runs on the thread that asked
 * for it, with one helper thread beside it.
 */
package kifs.kernel.bpf.pass;
