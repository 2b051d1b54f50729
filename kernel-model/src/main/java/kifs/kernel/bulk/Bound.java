package kifs.kernel.bulk;

import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * A level that a field of a record may be beyond. Immutable.
 *
 * @param field of 32 or 64 bits without a sign; one that a record lacks counts as 0
 * @param below whether smaller values are beyond, instead of larger ones
 * @param value unsigned, in the field's unit
 */
public record Bound(RecordType type, Field field, boolean below, long value) {
  public Bound {
    if (!fits(field)) {
      throw new IllegalArgumentException(field + " can't have a bound");
    }
  }

  /** Whether a field can have one. */
  public static boolean fits(Field field) {
    boolean unsigned = field.type() == FieldType.U32 || field.type() == FieldType.U64;
    return unsigned && field.count() == 1;
  }

  boolean isBeyond(Record record) {
    int compared = Long.compareUnsigned(record.get(field), value);
    return below ? compared < 0 : compared > 0;
  }
}
