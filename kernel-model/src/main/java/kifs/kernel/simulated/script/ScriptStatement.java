package kifs.kernel.simulated.script;

import java.util.function.Consumer;
import kifs.kernel.simulated.SimulatedKernel;

/**
 * One statement of a script. Immutable.
 *
 * @param line the number of its line, from 1
 * @param atNs when it is carried out, ns from the script's start
 * @param action carries it out; throws {@link kifs.kernel.simulated.figures.SimulationException} if
 *     that is impossible
 */
record ScriptStatement(int line, long atNs, Consumer<SimulatedKernel> action) {}
