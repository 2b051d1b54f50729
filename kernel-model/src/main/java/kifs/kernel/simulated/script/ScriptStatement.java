package kifs.kernel.simulated.script;

import java.util.function.Consumer;
import kifs.kernel.simulated.SimulatedKernel;

/**
 * One statement of a script.
 *
 * @param line where it stands, from 1
 * @param atNs when it happens, from the script's start
 */
record ScriptStatement(int line, long atNs, Consumer<SimulatedKernel> action) {}
