package kifs.kernel.simulated;

import java.util.function.Consumer;

/**
 * One statement of a script.
 *
 * @param line where it stands, from 1
 * @param atNs when it happens, from the script's start
 */
record ScriptStatement(int line, long atNs, Consumer<SimulatedKernel> action) {}
