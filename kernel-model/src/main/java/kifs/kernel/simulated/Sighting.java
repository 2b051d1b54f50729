package kifs.kernel.simulated;

/**
 * A process as it was found: either the process itself, or a crowd's template together with how far
 * the member's ids are from the template's. Valid until the lock is released under which it was
 * found.
 */
record Sighting(SimulatedProcess process, int shift) {
  int pid() {
    return process.pid() + shift;
  }
}
