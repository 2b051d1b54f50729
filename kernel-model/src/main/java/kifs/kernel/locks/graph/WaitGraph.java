package kifs.kernel.locks.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import kifs.kernel.record.WaitKind;
import org.jspecify.annotations.Nullable;

/**
 * The wait-for graph. It finds the stuck threads: those that can't continue because nothing that
 * could end their wait can continue either.
 *
 * <p>A thread can continue unless it is known to wait. A waiting thread can continue once all of
 * its owners can, or, if any owner can end the wait, once one of them can. A process that is an
 * owner can continue once any of its threads can. A thread that can't continue by these rules is
 * stuck: it is in a cycle or waits behind one. Not thread-safe.
 */
public final class WaitGraph {
  private final Map<ThreadId, Node> nodes = new HashMap<>();
  private final List<Node> stuck = new ArrayList<>();

  private static final class Node {
    final ThreadId id;
    final @Nullable Wait wait;
    final List<Node> waitsFor = new ArrayList<>();
    final List<Node> waiters = new ArrayList<>();

    /**
     * How many more of the nodes that it waits for must be able to continue before this one can.
     */
    int missing;

    boolean canContinue;

    // State of the search for cycles.
    int index = -1;
    int low;
    boolean onPath;

    Node(ThreadId id, @Nullable Wait wait) {
      this.id = id;
      this.wait = wait;
    }
  }

  private WaitGraph() {}

  /**
   * Builds the graph and finds the stuck threads.
   *
   * @param waits at most one for each thread
   * @param threads returns the tids of a process's threads; an empty array if the process has
   *     vanished
   */
  public static WaitGraph of(Collection<Wait> waits, IntFunction<int[]> threads) {
    WaitGraph graph = new WaitGraph();
    graph.addNodes(waits);
    graph.addEdges(threads);
    graph.propagate();
    graph.collectStuck();
    return graph;
  }

  private void addNodes(Collection<Wait> waits) {
    Set<ThreadId> waiting = new HashSet<>();
    for (Wait wait : waits) {
      if (wait.dependsOnOwners()) {
        waiting.add(wait.thread());
      }
    }
    for (Wait wait : waits) {
      if (mayBeStuck(wait, waiting)) {
        nodes.put(wait.thread(), new Node(wait.thread(), wait));
      }
    }
  }

  private void addEdges(IntFunction<int[]> threads) {
    for (Node node : List.copyOf(nodes.values())) {
      Wait wait = node.wait;
      if (wait != null) {
        wait.owners().holders().forEach(holder -> link(node, holder, threads));
        wait.owners().others().forEach(other -> link(node, other, threads));
        node.missing = wait.owners().any() ? 1 : node.waitsFor.size();
      }
    }
  }

  private void collectStuck() {
    nodes.values().stream().filter(node -> !node.canContinue).forEach(stuck::add);
    stuck.sort((a, b) -> a.id.compareTo(b.id));
  }

  /**
   * A thread whose owners wait for nothing can't be stuck. That holds for most waits, so they get
   * no node in the graph.
   */
  private static boolean mayBeStuck(Wait wait, Set<ThreadId> waiting) {
    if (!wait.dependsOnOwners()) {
      return false;
    }
    for (ThreadId holder : wait.owners().holders()) {
      if (holder.isProcess() || waiting.contains(holder)) {
        return true;
      }
    }
    return false;
  }

  private void link(Node from, ThreadId to, IntFunction<int[]> threads) {
    Node node = nodes.get(to);
    if (node == null) {
      node = new Node(to, null);
      nodes.put(to, node);
      if (to.isProcess()) {
        for (int tid : threads.apply(to.pid())) {
          link(node, new ThreadId(to.pid(), tid), threads);
        }
        node.missing = node.waitsFor.isEmpty() ? 0 : 1;
      }
    }
    from.waitsFor.add(node);
    node.waiters.add(from);
  }

  /**
   * Marks every node that can continue: first the nodes that wait for nothing, then the nodes that
   * wait for a marked node.
   */
  private void propagate() {
    Deque<Node> continuing = new ArrayDeque<>();
    for (Node node : nodes.values()) {
      if (node.missing == 0) {
        node.canContinue = true;
        continuing.add(node);
      }
    }
    for (Node node = continuing.poll(); node != null; node = continuing.poll()) {
      for (Node waiter : node.waiters) {
        if (!waiter.canContinue && --waiter.missing == 0) {
          waiter.canContinue = true;
          continuing.add(waiter);
        }
      }
    }
  }

  /** The threads that can't continue. */
  public Set<ThreadId> stuck() {
    Set<ThreadId> threads = new TreeSet<>();
    stuck.stream().filter(node -> node.wait != null).forEach(node -> threads.add(node.id));
    return threads;
  }

  /**
   * A deadlock. Immutable.
   *
   * @param members the threads that wait for each other, in order
   * @param behind the threads that wait for a member, directly or not, and that no member waits for
   */
  public record Cycle(Set<ThreadId> members, Set<ThreadId> behind) {}

  /**
   * Every cycle among the stuck threads. A thread that waits behind several cycles is listed with
   * each.
   */
  public List<Cycle> cycles() {
    List<List<Node>> components = new Components().find();
    List<Cycle> cycles = new ArrayList<>();
    for (List<Node> component : components) {
      Set<ThreadId> members = threads(component);
      Set<ThreadId> behind = behind(component);
      behind.removeAll(members);
      cycles.add(new Cycle(members, behind));
    }
    cycles.sort((a, b) -> first(a).compareTo(first(b)));
    return cycles;
  }

  private static ThreadId first(Cycle cycle) {
    return cycle.members().iterator().next();
  }

  private static Set<ThreadId> threads(Collection<Node> selected) {
    Set<ThreadId> threads = new TreeSet<>();
    selected.stream().filter(node -> node.wait != null).forEach(node -> threads.add(node.id));
    return threads;
  }

  private static Set<ThreadId> behind(List<Node> component) {
    Set<Node> reached = new HashSet<>(component);
    Deque<Node> next = new ArrayDeque<>(component);
    for (Node node = next.poll(); node != null; node = next.poll()) {
      for (Node waiter : node.waiters) {
        if (!waiter.canContinue && reached.add(waiter)) {
          next.add(waiter);
        }
      }
    }
    return threads(reached);
  }

  /**
   * Finds strongly connected components by Tarjan's algorithm. It uses an explicit stack, because a
   * long chain would overflow the Java stack.
   */
  private final class Components {
    private final List<List<Node>> found = new ArrayList<>();
    private final Deque<Node> path = new ArrayDeque<>();
    private final Deque<Node> calls = new ArrayDeque<>();
    private final Map<Node, Integer> edge = new HashMap<>();
    private int count;

    List<List<Node>> find() {
      stuck.forEach(node -> node.index = -1);
      for (Node node : stuck) {
        if (node.index < 0) {
          visit(node);
        }
      }
      return found;
    }

    private void visit(Node root) {
      enter(root);
      while (!calls.isEmpty()) {
        Node node = calls.peek();
        List<Node> next = next(node);
        int at = edge.merge(node, 1, Integer::sum) - 1;
        if (at >= next.size()) {
          leave(node);
          continue;
        }
        Node to = next.get(at);
        if (to.index < 0) {
          enter(to);
        } else if (to.onPath) {
          node.low = Math.min(node.low, to.index);
        }
      }
    }

    private void enter(Node node) {
      node.index = count;
      node.low = count++;
      node.onPath = true;
      path.push(node);
      calls.push(node);
    }

    private void leave(Node node) {
      calls.pop();
      if (!calls.isEmpty()) {
        calls.peek().low = Math.min(calls.peek().low, node.low);
      }
      if (node.low != node.index) {
        return;
      }
      List<Node> component = new ArrayList<>();
      Node member;
      do {
        member = path.pop();
        member.onPath = false;
        component.add(member);
      } while (member != node);
      if (component.size() > 1 || next(node).contains(node)) {
        found.add(component);
      }
    }

    /**
     * The stuck nodes that a node waits for. A process node stands for a lock that one of its
     * threads holds. A thread that waits for another thread or a child to end is unlikely to be the
     * holder, so such threads count only if the process has no others.
     */
    private List<Node> next(Node node) {
      List<Node> all = node.waitsFor.stream().filter(to -> !to.canContinue).toList();
      if (node.wait != null) {
        return all;
      }
      List<Node> holders = all.stream().filter(to -> !waitsForTermination(to)).toList();
      return holders.isEmpty() ? all : holders;
    }

    private boolean waitsForTermination(Node node) {
      return node.wait != null
          && (node.wait.what().kind() == WaitKind.JOIN
              || node.wait.what().kind() == WaitKind.CHILD);
    }
  }
}
