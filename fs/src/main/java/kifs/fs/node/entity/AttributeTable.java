package kifs.fs.node.entity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import kifs.fs.node.entity.Attribute.Cost;
import kifs.fs.tree.Directory.Entry;
import kifs.fs.tree.Kind;
import kifs.kernel.record.Record;

/**
 * The attributes of one kind of entity as a directory has them, made once for all entities of it.
 * Immutable.
 *
 * @param <E> the kind of entity
 */
public final class AttributeTable<E> {
  /** What a file is called whose own name is taken by a directory, and stands behind it. */
  private static final String COUNT = ".count";

  private final Map<String, Attribute<E>> byName = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final List<Attribute<E>> given;
  private final long fields;
  private final long guarded;

  /**
   * @param available mask of the fields that the source can fill at all; what needs others is not
   *     listed, because reading it would be an error
   * @param directories the names of directories that stand beside the attributes
   */
  public AttributeTable(List<Attribute<E>> all, long available, Set<String> directories) {
    long needed = 0;
    long refusable = 0;
    for (Attribute<E> attribute : all) {
      boolean taken = directories.contains(attribute.name());
      String name = taken ? attribute.name() + COUNT : attribute.name();
      byName.put(name, attribute);
      if (attribute.isGivenBy(available)) {
        entries.add(new Entry(name, Kind.FILE));
        // What takes a look at every process is not in stat.
        needed |= attribute.cost() == Cost.WIDE ? 0 : attribute.fields();
        refusable |= attribute.cost() == Cost.GUARDED ? attribute.fields() : 0;
      }
    }
    given =
        all.stream()
            .filter(attribute -> attribute.isGivenBy(available) && attribute.cost() != Cost.WIDE)
            .toList();
    fields = needed;
    guarded = refusable;
  }

  /** The attribute of that file; null: there is none. */
  Attribute<E> get(String file) {
    return byName.get(file);
  }

  /**
   * What is listed: never a file whose reading would be an error.
   *
   * @param refused mask of the guarded fields that the kernel doesn't tell of this entity
   */
  List<Entry> entries(long refused) {
    return refused == 0
        ? entries
        : entries.stream().filter(entry -> isTold(entry.name(), refused)).toList();
  }

  private boolean isTold(String file, long refused) {
    return (byName.get(file).fields() & refused) == 0;
  }

  /** Mask of the fields that the kernel may refuse to tell of some entities. */
  long guarded() {
    return guarded;
  }

  /** Mask of the fields that {@link #all} needs. */
  long fields() {
    return fields;
  }

  /** Every attribute that can be had by looking at the entity alone, as key=value lines. */
  String all(E entity, Record record) {
    return given.stream()
        .map(attribute -> line(attribute, entity, record))
        .collect(Collectors.joining());
  }

  private String line(Attribute<E> attribute, E entity, Record record) {
    String value = attribute.value().apply(entity, record);
    return value == null ? "" : attribute.name() + "=" + value + "\n";
  }
}
