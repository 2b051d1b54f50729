package kifs.fs.root.metrics;

import java.util.ArrayList;
import java.util.List;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.TextNode;
import kifs.fs.root.metrics.Exposition.Format;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;

/**
 * The file {@code metrics}: figures of the host, of the daemon, and of the biggest cgroups and
 * programs, for Prometheus and others. {@code metrics?top=50&format=openmetrics} chooses more of
 * them, and the format. Each read makes a new text, of what its reader may see. Thread-safe.
 */
public final class MetricsFile {
  /** How many programs and cgroups each criterion chooses, unless the reader asks for others. */
  static final int TOP = 20;

  private static final int MAX_TOP = 1000;

  private final Kernel kernel;
  private final List<Part> parts;

  /**
   * @param others parts about other things than the kernel
   */
  public MetricsFile(Kernel kernel, Part... others) {
    this.kernel = kernel;
    parts =
        new ArrayList<>(
            List.of(
                new HostPart(kernel),
                new WaitPart(kernel),
                new UnusualPart(kernel),
                new CgroupPart(kernel),
                new ProgramPart(kernel)));
    parts.addAll(List.of(others));
  }

  /** The node of the file without a query. */
  public Node node() {
    return node(TOP, Format.PROMETHEUS);
  }

  /**
   * The node of the file with a query.
   *
   * @param query what follows the question mark of the name
   * @throws FsException EINVAL if the query doesn't parse
   */
  public Node node(String query) {
    int top = TOP;
    Format format = Format.PROMETHEUS;
    for (String word : query.split("&", -1)) {
      switch (word) {
        case "format=prometheus" -> format = Format.PROMETHEUS;
        case "format=openmetrics" -> format = Format.OPENMETRICS;
        default -> top = top(word);
      }
    }
    return node(top, format);
  }

  private static int top(String word) {
    int top = word.matches("top=[0-9]{1,4}") ? Integer.parseInt(word.substring(4)) : 0;
    if (top < 1 || top > MAX_TOP) {
      throw new FsException(
          Errno.EINVAL, "not top=1 to top=" + MAX_TOP + " or format=prometheus|openmetrics");
    }
    return top;
  }

  private Node node(int top, Format format) {
    return new TextNode(
        caller -> {
          Viewer viewer = kernel.access().viewer(caller);
          return BoundText.on(kernel.snapshots().wide(viewer), () -> text(viewer, top, format));
        });
  }

  private String text(Viewer viewer, int top, Format format) {
    Exposition out = new Exposition(format);
    parts.forEach(part -> part.write(viewer, top, out));
    return out.text();
  }
}
