package kifs.fs.node;

import java.util.List;
import java.util.stream.Collectors;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.record.Record;

/**
 * Makes the files of a table of attributes, and {@code stat}, which has them all.
 *
 * @param <E> the kind of entity
 * @param <B> what it is bound to while a file is open
 */
abstract class Attributes<E, B extends AutoCloseable> {
  private final List<Attribute<E>> table;
  private final long available;

  /**
   * @param available mask of the fields that the source can fill at all
   */
  Attributes(List<Attribute<E>> table, long available) {
    this.table = table;
    this.available = available;
  }

  /**
   * Binds to the entity, for as long as a file is open.
   *
   * @throws FsException ENOENT if it isn't there
   */
  abstract B bind();

  /** The entity as the attributes want it. */
  abstract E entity(B bound);

  /** Reads those fields; null: the entity has gone. */
  abstract Record read(B bound, long fields);

  /** Whether the entity is still there, for what isn't read from records. */
  abstract boolean isAlive(B bound);

  /**
   * Adds a file for each attribute; one whose name is taken by a directory is called {@code
   * NAME.count}. What this source can't give is not listed: reading it would be an error.
   */
  void addTo(StaticDirectory directory) {
    for (Attribute<E> attribute : table) {
      String name =
          directory.has(attribute.name()) ? attribute.name() + ".count" : attribute.name();
      TextNode node = new TextNode(() -> open(bound -> text(bound, attribute)));
      if (attribute.isGivenBy(available)) {
        directory.with(name, node);
      } else {
        directory.withUnlisted(name, node);
      }
    }
    directory.with("stat", new TextNode(() -> open(this::all)));
  }

  private interface Reader<B> {
    String read(B bound);
  }

  private TextNode.Bound open(Reader<B> reader) {
    B bound = bind();
    return new TextNode.Bound() {
      @Override
      public String text() {
        return reader.read(bound);
      }

      @Override
      public void close() {
        try {
          bound.close();
        } catch (Exception e) {
          throw new IllegalStateException("closing a ref can't fail", e);
        }
      }
    };
  }

  private String text(B bound, Attribute<E> attribute) {
    Record record = read(bound, attribute.fields());
    String value = record == null ? null : attribute.value().apply(entity(bound), record);
    if (value == null && (record == null || !isAlive(bound))) {
      throw new FsException(Errno.ESRCH, "gone");
    }
    if (value == null) {
      throw new FsException(Errno.ENODATA, attribute.name() + " can't be had");
    }
    return value + "\n";
  }

  private String all(B bound) {
    long fields = 0;
    for (Attribute<E> attribute : table) {
      fields |= attribute.fields() & available;
    }
    Record record = read(bound, fields);
    if (record == null) {
      throw new FsException(Errno.ESRCH, "gone");
    }
    E entity = entity(bound);
    return table.stream()
        .filter(attribute -> attribute.isGivenBy(available))
        .map(attribute -> line(attribute, entity, record))
        .collect(Collectors.joining());
  }

  private String line(Attribute<E> attribute, E entity, Record record) {
    String value = attribute.value().apply(entity, record);
    return value == null ? "" : attribute.name() + "=" + value + "\n";
  }
}
