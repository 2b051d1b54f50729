package kifs.kernel.procfs.cgroups;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;

/**
 * Files of {@code name number} lines: {@code cpu.stat}, {@code memory.events}, {@code memory.stat}
 * and others. Thread-safe once all keys are added.
 */
final class KeyedFile implements FigureFile.Parser {
  private record Key(byte[] word, Field field, long scale) {}

  private final List<Key> keys = new ArrayList<>();
  private long fields;

  /** Adds a line, whose number is the value of a field. */
  KeyedFile with(String name, Field field) {
    return with(name, field, 1);
  }

  /** Adds a line. The value of the field is {@code scale} times its number. */
  KeyedFile with(String name, Field field, long scale) {
    keys.add(new Key((name + " ").getBytes(StandardCharsets.US_ASCII), field, scale));
    fields |= field.bit();
    return this;
  }

  /** The mask of the fields that the file has. */
  long fields() {
    return fields;
  }

  @Override
  public void parse(ByteCursor in, long wanted, Record into) {
    do {
      for (int i = 0; i < keys.size(); i++) {
        Key key = keys.get(i);
        if (in.skip(key.word())) {
          if ((wanted & key.field().bit()) != 0) {
            in.put(into, key.field(), key.scale());
          }
          break;
        }
      }
    } while (in.nextLine());
  }
}
