package kifs.kernel.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every record type of this format version, in tag order. */
public final class Records {
  public static final List<RecordType> ALL =
      List.of(
          SnapshotRecord.TYPE,
          TextRecord.TYPE,
          ChangesRecord.TYPE,
          GoneRecord.TYPE,
          SystemRecord.TYPE,
          CpuRecord.TYPE,
          ProcessRecord.TYPE,
          ThreadRecord.TYPE,
          CommandRecord.TYPE,
          LimitsRecord.TYPE,
          TotalRecord.TYPE,
          FdRecord.TYPE,
          ShmRecord.TYPE,
          ShmUserRecord.TYPE,
          WaitRecord.TYPE,
          CgroupRecord.TYPE,
          BaselineRecord.PROCESS.type(),
          BaselineRecord.THREAD.type());

  private Records() {}

  /** The named values of all fields, each once, in the order of the fields. */
  public static List<ValueNames> values() {
    return ALL.stream()
        .flatMap(type -> type.fields().stream())
        .flatMap(field -> field.values().stream())
        .distinct()
        .toList();
  }

  /** Whether records of that type refer to texts, so that a query for them needs TEXT, too. */
  public static boolean haveTexts(RecordType type) {
    return type.isFixed() && type.fields().stream().anyMatch(f -> f.name().endsWith("_offset"));
  }

  /** The type with that tag; null if this version doesn't know it. Readers skip such records. */
  public static @Nullable RecordType byTag(int tag) {
    for (RecordType type : ALL) {
      if (type.tag() == tag) {
        return type;
      }
    }
    return null;
  }

  /** The type with that name, in any case; null if there is none. */
  public static @Nullable RecordType byName(String name) {
    for (RecordType type : ALL) {
      if (type.name().equalsIgnoreCase(name)) {
        return type;
      }
    }
    return null;
  }
}
