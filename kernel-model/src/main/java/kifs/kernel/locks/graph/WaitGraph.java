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

/**
 * The wait-for graph: who can't go on, because everything that could let him go on can't either.
 *
 * <p>A thread can go on unless it is known to wait. One that waits can go on once all its owners
 * can, or where any of them will do, once one can. A process as an owner can go on once any of its
 * threads can. Whoever can't go on by that is stuck: in a cycle, or behind one. Not thread-safe.
 */
public final class WaitGraph {
  private final Map<ThreadId, Node> nodes = new HashMap<>();
  private final List<Node> stuck = new ArrayList<>();

  private static final class Node {
    final ThreadId id;
    final Wait wait;
    final List<Node> waitsFor = new ArrayList<>();
    final List<Node> waiters = new ArrayList<>();

    /** How many of those it waits for must be able to go on before it is. */
    int missing;

    boolean goesOn;

    // Of the search for cycles.
    int index = -1;
    int low;
    boolean onPath;

    Node(ThreadId id, Wait wait) {
      this.id = id;
      this.wait = wait;
    }
  }

  private WaitGraph() {}

  /**
   * Makes the graph, and finds out who is stuck.
   *
   * @param waits at most one of each thread
   * @param threads ids of a process's threads; empty if it has gone
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
      wait.owners().holders().forEach(holder -> link(node, holder, threads));
      wait.owners().others().forEach(other -> link(node, other, threads));
      node.missing = wait.owners().any() ? 1 : node.waitsFor.size();
    }
  }

  private void collectStuck() {
    nodes.values().stream().filter(node -> !node.goesOn).forEach(stuck::add);
    stuck.sort((a, b) -> a.id.compareTo(b.id));
  }

  /** Most locks are held by threads that wait for nobody: those need no place in the graph. */
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
   * Lets everybody go on who can: first those that wait for nobody, then whoever waits for them.
   */
  private void propagate() {
    Deque<Node> going = new ArrayDeque<>();
    for (Node node : nodes.values()) {
      if (node.missing == 0) {
        node.goesOn = true;
        going.add(node);
      }
    }
    for (Node node = going.poll(); node != null; node = going.poll()) {
      for (Node waiter : node.waiters) {
        if (!waiter.goesOn && --waiter.missing == 0) {
          waiter.goesOn = true;
          going.add(waiter);
        }
      }
    }
  }

  /** Threads that can't go on. */
  public Set<ThreadId> stuck() {
    Set<ThreadId> threads = new TreeSet<>();
    stuck.stream().filter(node -> node.wait != null).forEach(node -> threads.add(node.id));
    return threads;
  }

  /**
   * A deadlock.
   *
   * @param members threads that wait for each other, in order
   * @param behind threads that wait for them, directly or not, without being waited for
   */
  public record Cycle(Set<ThreadId> members, Set<ThreadId> behind) {}

  /** Every cycle among those that can't go on. A thread that is behind several is behind each. */
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

  private static Set<ThreadId> threads(Collection<Node> of) {
    Set<ThreadId> threads = new TreeSet<>();
    of.stream().filter(node -> node.wait != null).forEach(node -> threads.add(node.id));
    return threads;
  }

  private static Set<ThreadId> behind(List<Node> component) {
    Set<Node> reached = new HashSet<>(component);
    Deque<Node> next = new ArrayDeque<>(component);
    for (Node node = next.poll(); node != null; node = next.poll()) {
      for (Node waiter : node.waiters) {
        if (!waiter.goesOn && reached.add(waiter)) {
          next.add(waiter);
        }
      }
    }
    return threads(reached);
  }

  /** Tarjan's strongly connected components, on a stack of its own: chains can be long. */
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
     * Those that can't go on either. Of a process that is waited for, threads that wait for another
     * one to end are hardly those that hold the lock, unless there are no others.
     */
    private List<Node> next(Node node) {
      List<Node> all = node.waitsFor.stream().filter(to -> !to.goesOn).toList();
      if (node.wait != null) {
        return all;
      }
      List<Node> holders = all.stream().filter(to -> !waitsForAnEnd(to)).toList();
      return holders.isEmpty() ? all : holders;
    }

    private boolean waitsForAnEnd(Node node) {
      return node.wait != null
          && (node.wait.what().kind() == WaitKind.JOIN
              || node.wait.what().kind() == WaitKind.CHILD);
    }
  }
}
