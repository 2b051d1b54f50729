package kifs.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The types of records, as a mount's {@code schema/records.json} defines them. Immutable. */
public final class Schema {
  static final int MAJOR = 1;

  private static final Map<String, Integer> BYTES =
      Map.of("u8", 1, "char", 1, "u16", 2, "u32", 4, "s32", 4, "u64", 8, "s64", 8, "f64", 8);

  /**
   * A field of a record.
   *
   * @param type {@code u8}, {@code u16}, {@code u32}, {@code u64}, {@code s32}, {@code s64}, {@code
   *     f64}, {@code char}
   * @param count number of elements
   */
  public record Field(String name, int number, int offset, String type, int count, String unit) {
    int end() {
      return offset + BYTES.get(type) * count;
    }
  }

  /** A type of record; its fields are in the order of their numbers. */
  public record Type(int tag, String name, int size, List<Field> fields) {
    /** The field of that name; null if there is none. */
    public Field field(String wanted) {
      return fields.stream().filter(each -> each.name.equals(wanted)).findFirst().orElse(null);
    }
  }

  private final Map<String, Type> types = new HashMap<>();

  private Schema() {}

  /**
   * Reads a schema.
   *
   * @throws IOException if the file can't be read, or is of another major version
   */
  public static Schema read(Path json) throws IOException {
    Schema schema = new Schema();
    try {
      Map<?, ?> all = (Map<?, ?>) Json.parse(Files.readString(json));
      if (number((Map<?, ?>) all.get("format"), "major") != MAJOR) {
        throw new IOException(json + ": another major version of the format");
      }
      for (Object each : (List<?>) all.get("records")) {
        Type type = type((Map<?, ?>) each);
        schema.types.put(type.name, type);
      }
    } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
      throw new IOException(json + ": no schema", e);
    }
    return schema;
  }

  private static int number(Map<?, ?> members, String name) {
    return ((Double) members.get(name)).intValue();
  }

  private static Type type(Map<?, ?> members) {
    List<Field> fields = new ArrayList<>();
    for (Object each : (List<?>) members.get("fields")) {
      Map<?, ?> field = (Map<?, ?>) each;
      String[] words = ((String) field.get("type")).replace("]", "").split("\\[");
      fields.add(
          new Field(
              (String) field.get("name"),
              number(field, "number"),
              number(field, "offset"),
              words[0],
              words.length > 1 ? Integer.parseInt(words[1]) : 1,
              (String) field.get("unit")));
    }
    return new Type(
        number(members, "tag"),
        (String) members.get("name"),
        number(members, "size"),
        List.copyOf(fields));
  }

  /**
   * The type of that name, such as {@code PROCESS}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Type type(String name) {
    Type type = types.get(name);
    if (type == null) {
      throw new IllegalArgumentException("no records " + name);
    }
    return type;
  }

  /** All types. */
  public Iterable<Type> types() {
    return types.values();
  }
}
