package kifs.fs.root.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.Cancellation;

/** The host: all fields of SYSTEM, which everybody may see. Immutable. */
record HostPart(Kernel kernel) implements Part {
  private static final String THING = "host";

  /** The fields with their metrics, in the order of the record. */
  static final Map<Field, Family> FAMILIES = families();

  private static Map<Field, Family> families() {
    Map<Field, Family> families = new LinkedHashMap<>();
    for (Field field : SystemRecord.TYPE.fields()) {
      if ((field.bit() & SystemRecord.TYPE.allFields()) != 0) {
        // The names of the CPU times don't say that they are CPU times.
        boolean isTime = SystemRecord.TIMES.contains(field);
        families.put(field, Family.of(isTime ? THING + "_cpu" : THING, field));
      }
    }
    return families;
  }

  @Override
  public void write(Viewer viewer, int top, Exposition out) {
    try (BulkBuilder host =
        kernel
            .snapshots()
            .collect(SystemRecord.TYPE, Query.of(SystemRecord.TYPE), Cancellation.NEVER)) {
      host.forEach(
          SystemRecord.TYPE,
          record -> FAMILIES.forEach((field, family) -> out.add(family, "", record, field)));
    }
  }
}
