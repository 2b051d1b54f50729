package kifs.fs.root.processes;

import kifs.fs.access.Callers;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Link;

/**
 * {@code processes/self}: the process of the client, even if the thread that asks isn't its main
 * thread.
 */
final class SelfLink implements Link {
  @Override
  public String target(Caller caller) {
    return Integer.toString(Callers.processOf(caller.tid()));
  }
}
