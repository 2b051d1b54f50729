/**
 * Open files and mappings of all processes, read by BPF iterators.
 *
 * <p>This package doesn't know its neighbours {@code locks} and {@code events}. One thread uses an
 * iterator at a time.
 */
@NullMarked
package kifs.kernel.bpf.holdings;

import org.jspecify.annotations.NullMarked;
