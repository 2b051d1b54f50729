package kifs.kernel.capture;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import kifs.kernel.record.Pressure;
import kifs.kernel.source.CgroupRef;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.ProcessRef;
import org.jspecify.annotations.Nullable;

/** The past pushes no events. Thread-safe. */
final class NoEvents implements KernelEvents {
  @Override
  public Optional<Watch> onExit(ProcessRef process, Consumer<Exit> listener) {
    return Optional.empty();
  }

  @Override
  public Optional<Watch> onProcesses(Consumer<ProcessEvent> listener) {
    return Optional.empty();
  }

  @Override
  public Set<ProcessEvent.Kind> supportedKinds() {
    return Set.of();
  }

  @Override
  public Optional<Watch> onCgroup(@Nullable CgroupRef group, CgroupFile file, Runnable listener) {
    return Optional.empty();
  }

  @Override
  public Optional<Watch> onPressure(
      CgroupRef group, Pressure of, long stallNs, long windowNs, Runnable listener) {
    return Optional.empty();
  }

  @Override
  public Optional<Watch> onPressure(Pressure of, long stallNs, long windowNs, Runnable listener) {
    return Optional.empty();
  }
}
