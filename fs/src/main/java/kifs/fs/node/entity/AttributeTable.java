package kifs.fs.node.entity;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import kifs.fs.node.entity.Attribute.Cost;
import kifs.fs.tree.Directory.Entry;
import kifs.fs.tree.Kind;
import kifs.kernel.record.Guard;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import org.jspecify.annotations.Nullable;

/**
 * The attributes that the directories of one kind of entity have. One table serves all entities of
 * the kind. Immutable.
 *
 * @param <E> the kind of entity
 */
public final class AttributeTable<E> {
  /** The suffix of an attribute's file where a directory has the attribute's name. */
  private static final String COUNT = ".count";

  private final RecordType type;
  private final Map<String, Attribute<E>> byName = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final List<Attribute<E>> inStat;
  private final long fields;
  private final long guarded;

  /**
   * @param type the type of the records that the attributes are made of
   * @param provided mask of the fields that the source can provide at all. An attribute that needs
   *     others is not listed, because reading it would be an error
   * @param directories the names of the directories beside the attributes
   */
  public AttributeTable(
      RecordType type, List<Attribute<E>> all, long provided, Set<String> directories) {
    this.type = type;
    long needed = 0;
    long refusable = 0;
    for (Attribute<E> attribute : all) {
      boolean taken = directories.contains(attribute.name());
      String name = taken ? attribute.name() + COUNT : attribute.name();
      byName.put(name, attribute);
      if (attribute.isProvidedBy(provided)) {
        entries.add(new Entry(name, Kind.FILE));
        // stat must stay cheap, so it has no attribute that reads every process.
        needed |= attribute.cost() == Cost.WIDE ? 0 : attribute.fields();
        refusable |= attribute.cost() == Cost.GUARDED ? attribute.fields() : 0;
      }
    }
    inStat =
        all.stream()
            .filter(attribute -> attribute.isProvidedBy(provided) && attribute.cost() != Cost.WIDE)
            .toList();
    fields = needed;
    guarded = refusable;
  }

  /** The attribute of a file; null if there is none. */
  @Nullable Attribute<E> get(String file) {
    return byName.get(file);
  }

  /**
   * The files that a listing shows. A file whose reading would be an error is not among them.
   *
   * @param refused mask of the guarded fields that the kernel refuses for this entity
   */
  List<Entry> entries(long refused) {
    return refused == 0
        ? entries
        : entries.stream().filter(entry -> isReadable(entry.name(), refused)).toList();
  }

  private boolean isReadable(String file, long refused) {
    return (requireNonNull(byName.get(file)).fields() & refused) == 0;
  }

  /** Mask of the fields that the kernel refuses for some entities. */
  long guarded() {
    return guarded;
  }

  /** Who may see an attribute. */
  Guard guard(Attribute<E> attribute) {
    return attribute.guard(type);
  }

  /** Mask of the fields that {@link #all} needs. */
  long fields() {
    return fields;
  }

  /**
   * All attributes that need only the entity itself, as key=value lines. Absent ones have no line,
   * and neither have those that the client may not see.
   *
   * @param admitted whether the client may see what has a guard
   */
  String all(E entity, Record record, Predicate<Guard> admitted) {
    return inStat.stream()
        .filter(attribute -> admitted.test(attribute.guard(type)))
        .map(attribute -> line(attribute, entity, record))
        .collect(Collectors.joining());
  }

  private String line(Attribute<E> attribute, E entity, Record record) {
    String value = attribute.value().apply(entity, record);
    return value == null ? "" : attribute.name() + "=" + value + "\n";
  }
}
