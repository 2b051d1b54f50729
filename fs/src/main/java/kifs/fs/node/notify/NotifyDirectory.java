package kifs.fs.node.notify;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kifs.fs.access.Gate;
import kifs.fs.node.refusal.Refusals;
import kifs.fs.node.text.TextNode;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.query.Selection;
import kifs.notifier.condition.ConditionParser;
import kifs.notifier.condition.Predicate;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;

/**
 * {@code notify/} of an entity or a collection. It has a directory for each metric, which has a
 * directory for each predicate. In these every threshold can be opened, but none is listed.
 * Immutable.
 */
public final class NotifyDirectory implements Directory {
  public static final String NAME = "notify";

  private static final String README = "README";

  private final Subscriptions thresholds;
  private final EntityKind kind;
  private final boolean sum;

  /** The path of this directory. */
  private final String path;

  private final Gate gate;
  private final Supplier<Scope> binding;

  /**
   * @param sum whether the metrics are added up over all entities of that kind
   * @param path the path of the entity below the mountpoint
   * @param gate decides who may open a threshold
   * @param binding binds to the entity when a threshold is opened
   */
  public NotifyDirectory(
      Subscriptions thresholds,
      EntityKind kind,
      boolean sum,
      String path,
      Gate gate,
      Supplier<Scope> binding) {
    this.thresholds = thresholds;
    this.kind = kind;
    this.sum = sum;
    this.path = path + "/" + NAME;
    this.gate = gate;
    this.binding = binding;
  }

  @Override
  public Node lookup(String name, Caller caller) {
    if (name.equals(README)) {
      return TextNode.of(this::readme);
    }
    if (name.equals(Refusals.FILE)) {
      return thresholds.errors();
    }
    return predicates(thresholds.metric(path, kind, sum, name));
  }

  @Override
  public boolean lasts(String name) {
    return true;
  }

  @Override
  public List<Entry> list(Caller caller) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(README, Kind.FILE));
    entries.add(new Entry(Refusals.FILE, Kind.FILE));
    Metrics.of(kind, sum).forEach(m -> entries.add(new Entry(m.name(), Kind.DIRECTORY)));
    return entries;
  }

  private Directory predicates(Metric metric) {
    return new Directory() {
      @Override
      public Node lookup(String name, Caller caller) {
        return values(metric, thresholds.predicate(path + "/" + metric, metric, name));
      }

      @Override
      public boolean lasts(String name) {
        return true;
      }

      @Override
      public List<Entry> list(Caller caller) {
        return Predicate.of(metric.nature()).stream()
            .map(predicate -> new Entry(predicate.toString(), Kind.DIRECTORY))
            .toList();
      }
    };
  }

  private Directory values(Metric metric, Predicate predicate) {
    return new Directory() {
      @Override
      public Node lookup(String value, Caller caller) {
        return threshold(metric, predicate, value);
      }

      @Override
      public boolean lasts(String name) {
        return true;
      }

      @Override
      public List<Entry> list(Caller caller) {
        return List.of();
      }
    };
  }

  private Node threshold(Metric metric, Predicate predicate, String value) {
    String parent = String.join("/", path, metric.name(), predicate.toString());
    String name = parent + "/" + value;
    ConditionParser.Request request = thresholds.request(parent, metric, predicate, value);
    return new ThresholdNode(
        thresholds,
        gate,
        metric.guard(kind),
        () -> only(binding.get(), request.selection(), name),
        request,
        name);
  }

  /** Restricts a scope to the entities that the options of a threshold select. */
  private Scope only(Scope scope, Selection selection, String name) {
    if (selection.isAll()) {
      return scope;
    }
    return scope
        .only(selection)
        .orElseThrow(
            () -> {
              scope.close();
              return thresholds.refused(
                  Errno.EINVAL,
                  name,
                  "the options comm, uid and cgroup select processes, so only processes/each and"
                      + " processes/sum have them; cgroups/each and cgroups/sum have cgroup");
            });
  }

  private String readme() {
    List<Metric> metrics = Metrics.of(kind, sum);
    Set<Predicate> predicates =
        metrics.stream()
            .flatMap(metric -> Predicate.of(metric.nature()).stream())
            .collect(Collectors.toCollection(TreeSet::new));
    return """
    Open METRIC/PREDICATE/VALUE[,OPTION...] here and wait: the open blocks until the condition is
    met, and a read then returns the event. With O_NONBLOCK the open returns at once: use poll(2).
    The file errors says which part of the last names that failed was wrong, and what is right.

    metrics: name, unit, meaning; * is pushed by the kernel where it can, others are sampled
    %s
    predicates
    %s
    values    %s
    options   %s
    """
        .formatted(
            metrics.stream()
                .map(m -> line(m.name() + (m.isPushed() ? "*" : ""), m.unit().symbol(), m.doc()))
                .collect(Collectors.joining()),
            predicates.stream()
                .map(p -> line(p.toString(), "", p.doc()))
                .collect(Collectors.joining()),
            predicates.equals(Set.of(Predicate.OCCURS))
                ? "any"
                : "numbers with K M G T (powers of 1024), ms s m h, or % of a limit; any; a state",
            String.join("\n          ", options(metrics, predicates)));
  }

  /** The options that some name here can have. */
  private List<String> options(List<Metric> metrics, Set<Predicate> predicates) {
    List<String> options = new ArrayList<>();
    if (metrics.stream().anyMatch(metric -> metric.nature() == Metric.Nature.RATE)) {
      options.add("over=10s   window of a rate (1s)");
    }
    if (predicates.stream().anyMatch(Predicate::isLevel)) {
      options.add("for=30s    must hold that long without a break");
      options.add("clear=V    the excursion ends at V, not at the value");
    }
    if (kind == EntityKind.PROCESS) {
      options.add("comm=NAME uid=N cgroup=PATH   of each and sum: only processes that are in all");
      options.add("           of them. %XX is a byte: cgroup=web%2Fworkers, and %2C is a comma");
    } else if (kind == EntityKind.CGROUP) {
      options.add("cgroup=PATH   of each and sum: only groups below it. %2F is a slash");
    }
    options.add("follow     the open doesn't block, reads do, event after event");
    return options;
  }

  private static String line(String name, String unit, String doc) {
    return "  %-23s %-8s %s%n".formatted(name, unit, doc);
  }
}
