package kifs.kernel.query;

import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * A level that a field of a record may be beyond. Immutable.
 *
 * @param field one whole number; one that a record lacks counts as 0
 * @param level in the field's unit; of a share in {@link #SHARES}ths of {@code whole}
 * @param whole a field without a sign that the level is a share of; null: it is a level by itself
 */
public record Bound(RecordType type, Field field, Relation relation, long level, Field whole) {
  /** What is beyond it. */
  public enum Relation {
    ABOVE,
    BELOW,
    EQUAL
  }

  /** So many shares are a whole. */
  public static final long SHARES = 1 << 16;

  private static final int SHARE_BITS = 16;

  public Bound {
    if (!fits(field) || whole != null && (relation == Relation.EQUAL || !share(field, whole))) {
      throw new IllegalArgumentException(field + " can't have that bound");
    }
  }

  private static boolean share(Field field, Field whole) {
    return fits(whole) && !isSigned(field) && !isSigned(whole);
  }

  /** Whether a field can have one. */
  public static boolean fits(Field field) {
    boolean number = field.type() != FieldType.F64 && field.type() != FieldType.CHAR;
    return number && field.count() == 1;
  }

  public static Bound of(RecordType type, Field field, Relation relation, long level) {
    return new Bound(type, field, relation, level, null);
  }

  /**
   * Beyond a share of another field is also what is just there. Of a limit that is 0 everything is
   * beyond any share, and of one that is all ones, which is none, nothing.
   */
  public static Bound ofShare(
      RecordType type, Field field, Relation relation, long shares, Field whole) {
    return new Bound(type, field, relation, shares, whole);
  }

  /** The mask of the fields that it compares. */
  public long fields() {
    return field.bit() | (whole == null ? 0 : whole.bit());
  }

  /** Whether values below 0 are less than those above. */
  public boolean isSigned() {
    return isSigned(field);
  }

  boolean isBeyond(Record record) {
    long value = record.get(field);
    return whole == null ? isBeyond(value) : isBeyondShare(value, record.get(whole));
  }

  private boolean isBeyond(long value) {
    int compared = isSigned() ? Long.compare(value, level) : Long.compareUnsigned(value, level);
    return switch (relation) {
      case ABOVE -> compared > 0;
      case BELOW -> compared < 0;
      case EQUAL -> compared == 0;
    };
  }

  private boolean isBeyondShare(long value, long limit) {
    if (limit == 0) {
      return true;
    }
    if (limit == whole.type().allOnes()) {
      return false;
    }
    long high = Math.multiplyHigh(limit, level) + (limit >> Long.SIZE - 1 & level);
    boolean larger = high >>> SHARE_BITS != 0;
    long share = larger ? -1 : high << Long.SIZE - SHARE_BITS | limit * level >>> SHARE_BITS;
    int compared = Long.compareUnsigned(value, share);
    return relation == Relation.ABOVE ? compared >= 0 : compared <= 0;
  }

  /** Whether its values may be less than 0. */
  public static boolean isSigned(Field field) {
    return field.type() == FieldType.S32 || field.type() == FieldType.S64;
  }
}
