package kifs.fs.root;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.fs.node.entity.Kernel;
import kifs.fs.tree.Usage;
import kifs.notifier.NotifierOptions;

/**
 * {@code about}: the state of kifs itself, as key=value lines. {@link AboutLine#ALL} defines them.
 * Thread-safe.
 */
public final class About {
  private final Kernel kernel;
  private final String version;
  private final String transport;
  private final NotifierOptions options;
  private final List<String> warnings;
  private final Supplier<Usage> usage;

  /**
   * @param transport the name of what serves the tree
   * @param warnings the daemon may still add to this list, so it must be thread-safe
   */
  public About(
      Kernel kernel,
      String version,
      String transport,
      NotifierOptions options,
      List<String> warnings,
      Supplier<Usage> usage) {
    this.kernel = kernel;
    this.version = version;
    this.transport = transport;
    this.options = options;
    this.warnings = warnings;
    this.usage = usage;
  }

  public String text() {
    // A source can add warnings at any time, so they are read at each call.
    List<String> all =
        Stream.concat(warnings.stream(), kernel.source().warnings().stream()).distinct().toList();
    AboutLine.Facts facts =
        new AboutLine.Facts(
            kernel,
            version,
            transport,
            options,
            all,
            usage.get(),
            kernel.notifier().status(),
            kernel.notifier().history().status(),
            kernel.snapshots().status(),
            DaemonMemory.now());
    return AboutLine.ALL.stream()
        .map(line -> line.text().apply(facts))
        .collect(Collectors.joining());
  }
}
