package kifs.fs.root.processes;

import java.util.List;
import java.util.Set;
import kifs.fs.node.entity.AttributeTable;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.limits.LimitsDirectory;
import kifs.fs.root.processes.fds.FdsDirectory;
import kifs.fs.root.processes.threads.ThreadAttributeTables;
import kifs.fs.root.processes.threads.ThreadsDirectory;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.query.Detail;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.KernelSource;

/**
 * The attributes of a process, of all processes together, and of the threads of a process, and the
 * limits of a process, as far as a source provides them. One instance serves all processes.
 * Immutable.
 */
record ProcessAttributeTables(
    AttributeTable<ProcessAttributes.Entity> process,
    AttributeTable<Kernel> sum,
    ThreadAttributeTables threads,
    List<LimitKind> limits) {

  static ProcessAttributeTables of(KernelSource source) {
    return new ProcessAttributeTables(
        new AttributeTable<>(
            ProcessRecord.TYPE,
            ProcessAttributes.ALL,
            source.fields(ProcessRecord.TYPE, Detail.FULL),
            Set.of(FdsDirectory.NAME, LimitsDirectory.NAME, ThreadsDirectory.NAME)),
        new AttributeTable<>(
            TotalRecord.TYPE,
            TotalAttributes.PROCESSES,
            source.fields(TotalRecord.TYPE, Detail.FULL),
            Set.of()),
        ThreadAttributeTables.of(source, TotalAttributes.THREADS),
        LimitsDirectory.provided(LimitKind.OF_PROCESSES, source));
  }
}
