package kifs.fs.root.shm;

import static kifs.fs.node.entity.Attribute.of;
import static kifs.fs.node.entity.Attribute.refusable;
import static kifs.fs.node.entity.Attribute.shown;
import static kifs.fs.node.entity.Attribute.text;

import java.util.List;
import kifs.fs.node.entity.Attribute;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.Values;
import kifs.kernel.record.Field;
import kifs.kernel.record.Guard;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.ShmRef;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a shared-memory object, {@code shm/<id>/NAME}, and of all together, {@code
 * shm/sum/NAME}.
 */
public final class ShmAttributes {
  public static final List<Attribute<ShmRef>> ALL =
      List.of(
          shown(
              "kind",
              String.join(", ", ShmRecord.KINDS.subList(1, ShmRecord.KINDS.size())),
              ShmRecord.KIND,
              ShmAttributes::kind),
          text(
              "name",
              "path below /dev/shm, path, key, or the name that its creator gave it; empty if there"
                  + " is none",
              ShmRecord.NAME_OFFSET.guard(),
              ShmAttributes::name),
          of("size", ShmRecord.SIZE),
          of("resident", ShmRecord.RESIDENT),
          refusable(of("swapped", ShmRecord.SWAPPED)),
          users("users", ShmRecord.USERS, Attribute.Cost.WIDE),
          users("openers", ShmRecord.OPENERS, Attribute.Cost.WIDE),
          refusable(of("unlinked", ShmRecord.UNLINKED)),
          of("uid", ShmRecord.UID),
          // The kernel shows the device only in the mappings of a process, so it is unknown for an
          // object that no process maps.
          refusable(
              shown(
                  "device",
                  "device of its filesystem, major:minor",
                  ShmRecord.DEVICE,
                  Values::device)),
          of("inode", ShmRecord.INODE));

  public static final List<Attribute<Kernel>> SUM =
      List.of(
          new Attribute<>(
              "objects",
              TotalRecord.ENTITIES.doc(),
              TotalRecord.ENTITIES.bit(),
              Guard.ALL_PROCESSES,
              Attribute.Cost.PLAIN,
              (kernel, record) -> Long.toString(record.get(TotalRecord.ENTITIES))),
          of("size", TotalRecord.SHM_SIZE),
          of("resident", TotalRecord.SHM_RESIDENT),
          users("users", TotalRecord.SHM_USERS, Attribute.Cost.PLAIN));

  /**
   * Makes an attribute of a number of processes. Without the right to read every process, kifs
   * can't count them, because any process may be one.
   */
  private static <E> Attribute<E> users(String name, Field field, Attribute.Cost cost) {
    return new Attribute<>(
        name,
        field.doc(),
        field.bit(),
        Guard.OPEN,
        cost,
        (entity, record) -> record.has(field) ? Long.toString(record.get(field)) : "-");
  }

  private ShmAttributes() {}

  /** The name of a kind, as in SHM. */
  static String kind(long kind) {
    return ShmRecord.KINDS.get((int) kind);
  }

  private static @Nullable String name(ShmRef shm) {
    return shm.name().map(Values::escaped).orElse(null);
  }
}
