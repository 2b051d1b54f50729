package kifs.kernel.simulated;

/**
 * A process as the table found it: a process of its own, or a crowd's template with the distance of
 * the member's ids from the template's. Immutable, and valid until the kernel's lock is released.
 *
 * @param shift what to add to an id of the template; 0 for a process of its own
 */
record Sighting(SimulatedProcess process, int shift) {
  int pid() {
    return process.pid() + shift;
  }
}
