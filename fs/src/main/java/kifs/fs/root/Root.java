package kifs.fs.root;

import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.entity.StaticDirectory;
import kifs.fs.node.refusal.Refusals;
import kifs.fs.node.text.ConstantNode;
import kifs.fs.node.text.TextNode;
import kifs.fs.root.at.AtDirectory;
import kifs.fs.root.cgroups.GroupsDirectory;
import kifs.fs.root.hogs.Hogs;
import kifs.fs.root.locks.LocksDirectory;
import kifs.fs.root.metrics.MetricsFile;
import kifs.fs.root.processes.ProcessesDirectory;
import kifs.fs.root.shm.ShmsDirectory;
import kifs.fs.root.system.SystemDirectory;
import kifs.fs.root.unusual.UnusualDirectory;
import kifs.fs.tree.Directory;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Records;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.schema.CHeader;
import kifs.kernel.schema.PythonModule;
import kifs.kernel.schema.RecordsJson;
import kifs.notifier.metric.MetricsTable;

/** Makes the root directory of the tree. */
public final class Root {
  private Root() {}

  /** The root of a live kernel. */
  public static Directory of(Kernel kernel, About about) {
    return tree(kernel, about);
  }

  /** The root of a recording, which has other moments, too. */
  public static Directory of(Kernel kernel, About about, AtDirectory moments) {
    return tree(kernel, about).with(AtDirectory.NAME, moments);
  }

  private static StaticDirectory tree(Kernel kernel, About about) {
    Refusals.In refused = kernel.refusals().in("");
    MetricsFile metrics = new MetricsFile(kernel, new DaemonPart(about));
    return new StaticDirectory()
        .with("README", new ConstantNode(Readme::text))
        .with("about", TextNode.of(about::text))
        .with(Refusals.FILE, kernel.refusals().file())
        .withBulk(
            new BulkNode.Content(
                Query.of(
                    SystemRecord.TYPE, ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE),
                kernel::hostBulk,
                Records.ALL),
            refused)
        .withQueries("metrics", metrics.node(), refused, metrics::node)
        .with("schema", schema())
        .with("system", new SystemDirectory(kernel))
        .with("processes", new ProcessesDirectory(kernel))
        .with("cgroups", new GroupsDirectory(kernel))
        .with("shm", new ShmsDirectory(kernel))
        .with("hogs", Hogs.directory(kernel))
        .with("unusual", UnusualDirectory.of(kernel))
        .with("locks", new LocksDirectory(kernel));
  }

  private static Directory schema() {
    return new StaticDirectory()
        .with("kifs.h", new ConstantNode(CHeader::text))
        .with("kifs.py", new ConstantNode(PythonModule::text))
        .with("records.json", new ConstantNode(RecordsJson::text))
        .with("metrics", new ConstantNode(MetricsTable::text))
        .with("attributes", new ConstantNode(FieldTable::text));
  }
}
