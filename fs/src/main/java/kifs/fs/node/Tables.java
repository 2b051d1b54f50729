package kifs.fs.node;

import java.util.Set;
import kifs.kernel.bulk.Detail;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ShmRef;

/** The attributes of every kind of entity, as far as a source gives them. */
record Tables(
    AttributeTable<Kernel> system,
    AttributeTable<ProcessAttributes.Entity> process,
    AttributeTable<ThreadAttributes.Entity> thread,
    AttributeTable<Kernel> allProcesses,
    AttributeTable<Kernel> allThreads,
    AttributeTable<ShmRef> shm,
    AttributeTable<Kernel> allShm) {

  static Tables of(KernelSource source) {
    return new Tables(
        new AttributeTable<>(
            SystemAttributes.ALL, source.fields(SystemRecord.TYPE, Detail.FULL), Set.of()),
        new AttributeTable<>(
            ProcessAttributes.ALL,
            source.fields(ProcessRecord.TYPE, Detail.FULL),
            Set.of(ProcessDirectory.FDS, ProcessDirectory.THREADS)),
        new AttributeTable<>(
            ThreadAttributes.ALL, source.fields(ThreadRecord.TYPE, Detail.FULL), Set.of()),
        new AttributeTable<>(
            TotalAttributes.PROCESSES, source.fields(TotalRecord.TYPE, Detail.FULL), Set.of()),
        new AttributeTable<>(
            TotalAttributes.THREADS, source.fields(TotalRecord.TYPE, Detail.FULL), Set.of()),
        new AttributeTable<>(
            ShmAttributes.ALL,
            source.fields(ShmRecord.TYPE, Detail.FULL),
            Set.of(ShmDirectory.USERS)),
        new AttributeTable<>(ShmAttributes.SUM, TotalRecord.TYPE.allFields(), Set.of()));
  }
}
