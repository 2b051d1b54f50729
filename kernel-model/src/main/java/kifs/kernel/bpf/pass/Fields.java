package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.Record;

/** Copies single fields from one record to another. Stateless. */
public final class Fields {
  private Fields() {}

  /** Copies the fields that the record at {@code offset} has. The other fields stay as they are. */
  public static void copy(ByteBuffer records, int offset, long fields, Record into) {
    copy(new Record(into.type()).wrap(records, offset), fields, into);
  }

  /** Copies the fields that {@code from} has. The other fields stay as they are. */
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
