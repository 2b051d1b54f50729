package kifs.fs.root;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    AboutLine.Facts facts = facts();
    return AboutLine.ALL.stream()
        .map(line -> line.text().apply(facts))
        .collect(Collectors.joining());
  }

  /**
   * The figures among the lines, in their order, as {@code about} writes them. A line that lists
   * things has their number.
   */
  Map<AboutLine, String> figures() {
    AboutLine.Facts facts = facts();
    Map<AboutLine, String> figures = new LinkedHashMap<>();
    AboutLine.ALL.forEach(
        line -> line.figure(facts).ifPresent(figure -> figures.put(line, figure)));
    return figures;
  }

  private AboutLine.Facts facts() {
    // A source can add warnings at any time, so they are read at each call.
    List<String> all =
        Stream.concat(warnings.stream(), kernel.source().warnings().stream()).distinct().toList();
    return new AboutLine.Facts(
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
  }
}
