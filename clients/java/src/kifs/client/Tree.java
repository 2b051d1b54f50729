package kifs.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** A mount of kifs. Immutable, so thread-safe. */
public final class Tree {
  private final Path mountpoint;
  private final Schema schema;

  /**
   * @throws IOException if nothing is mounted there, or a kifs of another major version
   */
  public Tree(Path mountpoint) throws IOException {
    this.mountpoint = mountpoint;
    schema = Schema.read(mountpoint.resolve("schema/records.json"));
  }

  public Schema schema() {
    return schema;
  }

  /**
   * Takes a snapshot.
   *
   * @param below the directory whose bulk is read, such as {@code processes}; empty: the root
   * @param query what follows the question mark of {@code bulk?QUERY}; empty: nothing
   */
  public Bulk bulk(String below, String query) throws IOException {
    try (FileChannel file = FileChannel.open(query(bulk(below), query))) {
      return Bulk.read(schema, file);
    }
  }

  /** Opens a table of the records that such a bulk has. It is empty until its first update. */
  public Table table(String below, String query) throws IOException {
    return new Table(schema, bulk(below), query);
  }

  /**
   * Waits for events of names below the mountpoint.
   *
   * @param reconnects whether it waits for the return of a mount that has gone
   */
  public Events events(List<String> names, boolean reconnects) throws IOException {
    return new Events(mountpoint, names, reconnects);
  }

  private Path bulk(String below) {
    return mountpoint.resolve(below).resolve("bulk");
  }

  static Path query(Path bulk, String query) {
    return query.isEmpty() ? bulk : bulk.resolveSibling("bulk?" + query);
  }
}
