package kifs.fs.daemon;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kifs.fs.access.AccessRules;
import kifs.fs.node.bulk.Snapshots;
import kifs.fs.node.entity.Kernel;
import kifs.fs.root.About;
import kifs.fs.root.EntityPath;
import kifs.fs.root.Root;
import kifs.fs.root.at.AtDirectory;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Usage;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.capture.CaptureSource;
import kifs.kernel.source.KernelSource;
import kifs.notifier.Notifier;
import kifs.notifier.NotifierOptions;
import kifs.notifier.history.History;

/**
 * Makes the trees of the moments of a recording. The last ones that were entered are kept.
 * Thread-safe.
 */
final class PastTrees {
  private static final int KEPT = 4;

  private final Past past;
  private final AccessRules rules;
  private final NotifierOptions options;
  private final ChunkPool pool;
  private final Supplier<Usage> usage;

  /** By the index of the moment, the last one that was entered last. Guarded by: this. */
  private final Map<Integer, Directory> trees = new LinkedHashMap<>(KEPT, 0.75f, true);

  PastTrees(
      Past past,
      AccessRules rules,
      NotifierOptions options,
      ChunkPool pool,
      Supplier<Usage> usage) {
    this.past = past;
    this.rules = rules;
    this.options = options;
    this.pool = pool;
    this.usage = usage;
  }

  /** The directory {@code at/}. */
  AtDirectory directory() {
    return new AtDirectory(past.recording(), this::tree);
  }

  private synchronized Directory tree(int index) {
    Directory tree = trees.computeIfAbsent(index, this::make);
    if (trees.size() > KEPT) {
      trees.remove(trees.keySet().iterator().next());
    }
    return tree;
  }

  /** A tree has no thread and no file of its own, so nothing has to be closed. */
  private Directory make(int index) {
    CaptureSource source = past.at(index);
    History history = past.history(index, source, pool);
    KernelSource shown = history.over();
    Snapshots snapshots = new Snapshots(shown, pool);
    Notifier notifier = Notifier.manual(shown, pool, EntityPath.of(shown), options, history);
    Kernel kernel = new Kernel(shown, snapshots, notifier, rules);
    About about = new About(kernel, Version.text(), options, List.of(), usage);
    return Root.of(kernel, about::text);
  }
}
