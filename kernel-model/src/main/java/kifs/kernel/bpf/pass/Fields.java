package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.Record;

/** Copies single fields from record to record. Stateless. */
public final class Fields {
  private Fields() {}

  /** Copies those of the fields that the record at {@code offset} has; others are left alone. */
  public static void copy(ByteBuffer records, int offset, long fields, Record into) {
    copy(new Record(into.type()).wrap(records, offset), fields, into);
  }

  public static void copy(Record from, long fields, Record into) {
    for (long rest = fields & ~from.absent(); rest != 0; rest &= rest - 1) {
      Field field = into.type().fields().get(Long.numberOfTrailingZeros(rest));
      if (field.type() == FieldType.CHAR) {
        byte[] text = from.bytes(field);
        into.setBytes(field, text, 0, text.length);
      } else {
        into.set(field, from.get(field));
      }
    }
  }
}
