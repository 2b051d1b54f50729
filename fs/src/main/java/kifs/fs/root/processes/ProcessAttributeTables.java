package kifs.fs.root.processes;

import java.util.Set;
import kifs.fs.node.entity.AttributeTable;
import kifs.fs.node.entity.Kernel;
import kifs.fs.root.processes.fds.FdsDirectory;
import kifs.fs.root.processes.threads.ThreadAttributeTables;
import kifs.fs.root.processes.threads.ThreadsDirectory;
import kifs.kernel.query.Detail;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.KernelSource;

/**
 * The attributes of a process, of all processes together, and of the threads of a process, as far
 * as a source provides them. One instance serves all processes. Immutable.
 */
record ProcessAttributeTables(
    AttributeTable<ProcessAttributes.Entity> process,
    AttributeTable<Kernel> sum,
    ThreadAttributeTables threads) {

  static ProcessAttributeTables of(KernelSource source) {
    return new ProcessAttributeTables(
        new AttributeTable<>(
            ProcessRecord.TYPE,
            ProcessAttributes.ALL,
            source.fields(ProcessRecord.TYPE, Detail.FULL),
            Set.of(FdsDirectory.NAME, ThreadsDirectory.NAME)),
        new AttributeTable<>(
            TotalRecord.TYPE,
            TotalAttributes.PROCESSES,
            source.fields(TotalRecord.TYPE, Detail.FULL),
            Set.of()),
        ThreadAttributeTables.of(source, TotalAttributes.THREADS));
  }
}
