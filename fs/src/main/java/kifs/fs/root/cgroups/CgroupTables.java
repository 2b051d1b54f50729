package kifs.fs.root.cgroups;

import java.util.List;
import java.util.Set;
import kifs.fs.node.entity.AttributeTable;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.limits.LimitsDirectory;
import kifs.kernel.limits.CgroupLimits;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.query.Detail;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.KernelSource;

/** The attributes and the kinds of limits that the directories of cgroups share. Immutable. */
record CgroupTables(
    AttributeTable<CgroupEntity> attributes, AttributeTable<Kernel> sum, List<LimitKind> limits) {
  static CgroupTables of(KernelSource source) {
    return new CgroupTables(
        new AttributeTable<>(
            CgroupRecord.TYPE,
            CgroupAttributes.ALL,
            source.fields(CgroupRecord.TYPE, Detail.FULL),
            Set.of()),
        new AttributeTable<>(
            TotalRecord.TYPE, CgroupAttributes.SUM, TotalRecord.TYPE.allFields(), Set.of()),
        LimitsDirectory.provided(CgroupLimits.ALL, source));
  }
}
