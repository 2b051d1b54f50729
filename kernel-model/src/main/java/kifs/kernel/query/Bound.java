package kifs.kernel.query;

import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import org.jspecify.annotations.Nullable;

/**
 * A level that a record's field may exceed. Immutable.
 *
 * @param type the type of the records
 * @param field a field that is one integer; an absent field counts as 0
 * @param relation how a value that exceeds the level compares with it
 * @param level in the field's unit; for a share, in {@link #SHARES}ths of {@code whole}
 * @param limitField an unsigned field that the level is a share of, such as a limit; null: the
 *     level is absolute
 */
public record Bound(
    RecordType type, Field field, Relation relation, long level, @Nullable Field limitField) {
  /** How a value that exceeds the level compares with it. */
  public enum Relation {
    ABOVE,
    BELOW,
    EQUAL
  }

  /** This many shares are 100 % of {@link Bound#limitField}. */
  public static final long SHARES = 1 << 16;

  private static final int SHARE_BITS = 16;

  public Bound {
    if (!canBound(field)
        || limitField != null && (relation == Relation.EQUAL || !canBeShare(field, limitField))) {
      throw new IllegalArgumentException(field + " can't have this bound");
    }
  }

  private static boolean canBeShare(Field field, Field whole) {
    return canBound(whole) && !isSigned(field) && !isSigned(whole);
  }

  /** Whether a field can have a bound: it must be a single integer. */
  public static boolean canBound(Field field) {
    boolean isInteger = field.type() != FieldType.F64 && field.type() != FieldType.CHAR;
    return isInteger && field.count() == 1;
  }

  public static Bound of(RecordType type, Field field, Relation relation, long level) {
    return new Bound(type, field, relation, level, null);
  }

  /**
   * A bound that is a share of another field. A value that equals the share exceeds it, too. If the
   * other field is 0, every value exceeds any share. If all bits of the other field are set, there
   * is no limit, and no value exceeds any share.
   *
   * @param shares the level, in {@link #SHARES}ths of {@code whole}
   */
  public static Bound ofShare(
      RecordType type, Field field, Relation relation, long shares, Field whole) {
    return new Bound(type, field, relation, shares, whole);
  }

  /** The mask of the fields that the bound compares. */
  public long fields() {
    return field.bit() | (limitField == null ? 0 : limitField.bit());
  }

  /** Whether the compared values are signed. */
  public boolean isSigned() {
    return isSigned(field);
  }

  boolean exceeds(Record record) {
    long value = record.get(field);
    return limitField == null
        ? exceeds(value)
        : exceedsShare(value, record.get(limitField), limitField.type().allOnes());
  }

  private boolean exceeds(long value) {
    int compared = isSigned() ? Long.compare(value, level) : Long.compareUnsigned(value, level);
    return switch (relation) {
      case ABOVE -> compared > 0;
      case BELOW -> compared < 0;
      case EQUAL -> compared == 0;
    };
  }

  private boolean exceedsShare(long value, long limit, long noLimit) {
    if (limit == 0) {
      return true;
    }
    if (limit == noLimit) {
      return false;
    }
    long high = Math.multiplyHigh(limit, level) + (limit >> Long.SIZE - 1 & level);
    boolean overflows = high >>> SHARE_BITS != 0;
    long share = overflows ? -1 : high << Long.SIZE - SHARE_BITS | limit * level >>> SHARE_BITS;
    int compared = Long.compareUnsigned(value, share);
    return relation == Relation.ABOVE ? compared >= 0 : compared <= 0;
  }

  /** Whether the values of that field are signed. */
  public static boolean isSigned(Field field) {
    return field.type() == FieldType.S32 || field.type() == FieldType.S64;
  }
}
