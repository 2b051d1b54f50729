package kifs.kernel.simulated;

/**
 * A process as it was found: either itself, or what a crowd has in common together with how far its
 * ids are from the template's. Valid under the lock under which it was found.
 */
record Sighting(SimulatedProcess process, int shift) {
  int pid() {
    return process.pid() + shift;
  }
}
