package kifs.fs.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import kifs.fs.tree.Directory.Entry;
import kifs.fs.tree.Kind;
import kifs.kernel.record.Record;

/**
 * The attributes of one kind of entity as a directory has them, made once for all entities of it.
 * Immutable.
 *
 * @param <E> the kind of entity
 */
final class AttributeTable<E> {
  /** What a file is called whose own name is taken by a directory, and stands behind it. */
  private static final String COUNT = ".count";

  private final Map<String, Attribute<E>> byName = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final List<Attribute<E>> given;
  private final long fields;

  /**
   * @param available mask of the fields that the source can fill at all; what needs others is not
   *     listed, because reading it would be an error
   * @param directories the names of directories that stand beside the attributes
   */
  AttributeTable(List<Attribute<E>> all, long available, Set<String> directories) {
    long needed = 0;
    for (Attribute<E> attribute : all) {
      boolean taken = directories.contains(attribute.name());
      String name = taken ? attribute.name() + COUNT : attribute.name();
      byName.put(name, attribute);
      if (attribute.isGivenBy(available)) {
        entries.add(new Entry(name, Kind.FILE));
        needed |= attribute.fields();
      }
    }
    given = all.stream().filter(attribute -> attribute.isGivenBy(available)).toList();
    fields = needed;
  }

  /** The attribute of that file; null: there is none. */
  Attribute<E> get(String file) {
    return byName.get(file);
  }

  List<Entry> entries() {
    return entries;
  }

  /** Mask of the fields that {@link #all} needs. */
  long fields() {
    return fields;
  }

  /** Every attribute that can be had, as key=value lines. */
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
