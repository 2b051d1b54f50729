package kifs.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The records of a bulk by their keys, as of the last update. A key is the list of those of id,
 * pid, tid, fd and cpu that the type has, in this order; of a wait, its number in the bulk. Where
 * the mount has {@code bulk?changed}, an update reads only what differs. Not thread-safe.
 */
public final class Table implements AutoCloseable {
  private static final List<String> IDS = List.of("id", "pid", "tid", "fd", "cpu");

  /** The flag of SNAPSHOT which says that a bulk has only what differs. */
  private static final int CHANGED = 8;

  private final Schema schema;
  private final Path path;
  private final String query;
  private FileChannel file;
  private final Map<String, Map<List<Long>, Row>> records = new HashMap<>();
  private long sequence;

  Table(Schema schema, Path bulk, String query) throws IOException {
    this.schema = schema;
    this.path = bulk;
    this.query = query;
    file = open();
  }

  private FileChannel open() throws IOException {
    try {
      return FileChannel.open(Tree.query(path, query.isEmpty() ? "changed" : "changed&" + query));
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException noChangedBulks) {
      return FileChannel.open(Tree.query(path, query));
    }
  }

  /**
   * Takes a snapshot, and applies it. After a mount has gone and come back, this begins anew with
   * the new mount.
   *
   * @throws IOException if nothing is mounted
   */
  public void update() throws IOException {
    Bulk bulk;
    try {
      bulk = Bulk.read(schema, file);
    } catch (IOException e) {
      file.close();
      file = open();
      bulk = Bulk.read(schema, file);
    }
    if ((bulk.snapshot().flags() & CHANGED) == 0) {
      records.clear();
    } else {
      Row changes = bulk.records("CHANGES").get(0);
      if (changes.number("since_sequence").orElse(-1) != sequence) {
        throw new IOException("a bulk is missing: begin with another table");
      }
      bulk.records("GONE").forEach(this::remove);
    }
    for (Schema.Type type : schema.types()) {
      if (type.tag() >= 8) {
        put(type, bulk.records(type.name()));
      }
    }
    sequence = bulk.snapshot().number("sequence").orElse(0);
  }

  private void put(Schema.Type type, List<Row> rows) {
    Map<List<Long>, Row> of = of(type.name());
    for (int i = 0; i < rows.size(); i++) {
      of.put(isWait(type) ? List.of((long) i) : key(type, rows.get(i)), rows.get(i));
    }
  }

  private static boolean isWait(Schema.Type type) {
    return type.name().equals("WAIT");
  }

  private static List<Long> key(Schema.Type type, Row row) {
    List<Long> key = new ArrayList<>();
    for (String id : IDS) {
      if (type.field(id) != null) {
        key.add(row.number(id).orElse(0));
      }
    }
    return List.copyOf(key);
  }

  /** Removes what a GONE record names. Its id is also that of an fd or a CPU. */
  private void remove(Row gone) {
    for (Schema.Type type : schema.types()) {
      if (type.tag() != gone.number("kind").orElse(-1)) {
        continue;
      }
      if (isWait(type)) {
        of(type.name()).clear();
        return;
      }
      List<Long> key = new ArrayList<>();
      for (String id : IDS) {
        if (type.field(id) != null) {
          OptionalLong value = gone.number(id.equals("pid") || id.equals("tid") ? id : "id");
          key.add(value.orElse(0));
        }
      }
      of(type.name()).remove(key);
    }
  }

  private Map<List<Long>, Row> of(String name) {
    return records.computeIfAbsent(name, each -> new LinkedHashMap<>());
  }

  /** The records of a type by their keys. The map changes with the next update. */
  public Map<List<Long>, Row> records(String name) {
    return of(schema.type(name).name());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
