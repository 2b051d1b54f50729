package kifs.kernel.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.Random;
import kifs.kernel.query.Bound.Relation;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which values exceed a level, or a share of a limit. */
class BoundTest {
  private static final BigInteger MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  @ParameterizedTest
  @CsvSource({
    "-5, ABOVE, -6, true",
    "-5, ABOVE, -5, false",
    "-5, BELOW, 0, true",
    "5, BELOW, -1, false",
    "-5, EQUAL, -5, true",
    "5, EQUAL, -5, false"
  })
  void signedFields(int nice, Relation relation, long level, boolean exceeds) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    process.set(ProcessRecord.NICE, nice);
    Bound bound = Bound.of(ProcessRecord.TYPE, ProcessRecord.NICE, relation, level);
    assertEquals(exceeds, bound.exceeds(process));
  }

  @Test
  void aZeroLimitIsAlwaysExceededAndNoLimitNever() {
    Record process = Record.allocate(ProcessRecord.TYPE);
    process.set(ProcessRecord.FDS, 7);
    for (Relation relation : new Relation[] {Relation.ABOVE, Relation.BELOW}) {
      Bound half = ofShare(ProcessRecord.FDS, relation, Bound.SHARES / 2, ProcessRecord.FD_LIMIT);
      process.set(ProcessRecord.FD_LIMIT, 0);
      assertEquals(true, half.exceeds(process), relation + " of 0");
      process.set(ProcessRecord.FD_LIMIT, 0xFFFF_FFFFL);
      assertEquals(false, half.exceeds(process), relation + " of no limit");
    }
  }

  @Test
  void fieldsThatCantHaveABound() {
    Field uid = ProcessRecord.UID;
    Field nice = ProcessRecord.NICE;
    assertThrows(
        IllegalArgumentException.class, () -> ofShare(nice, Relation.ABOVE, 1, ProcessRecord.FDS));
    assertThrows(IllegalArgumentException.class, () -> ofShare(uid, Relation.EQUAL, 1, uid));
    assertThrows(
        IllegalArgumentException.class,
        () -> Bound.of(ProcessRecord.TYPE, ProcessRecord.COMM, Relation.ABOVE, 1));
  }

  /** Arithmetic in 64 bits agrees with arithmetic on integers of any length. */
  @Property
  void sharesEqualBigIntegerArithmetic(@ForAll long seed) {
    Random random = new Random(seed);
    long limit = 1 + (random.nextLong() >>> random.nextInt(63));
    long shares = random.nextLong() >>> 1 + random.nextInt(62);
    BigInteger share = big(limit).multiply(big(shares)).shiftRight(16).min(MAX);
    long near = share.longValue() + random.nextInt(3) - 1;
    LimitsRecord.Usage data = LimitsRecord.USAGES.get(1);
    Field used = data.used();
    Field soft = data.limit().soft();
    Record record = Record.allocate(LimitsRecord.TYPE);
    record.set(used, near);
    record.set(soft, limit);
    int compared = big(near).compareTo(share);
    boolean none = limit == -1;
    assertEquals(
        !none && compared >= 0,
        Bound.ofShare(LimitsRecord.TYPE, used, Relation.ABOVE, shares, soft).exceeds(record));
    assertEquals(
        !none && compared <= 0,
        Bound.ofShare(LimitsRecord.TYPE, used, Relation.BELOW, shares, soft).exceeds(record));
  }

  private static BigInteger big(long unsigned) {
    return new BigInteger(Long.toUnsignedString(unsigned));
  }

  private static Bound ofShare(Field field, Relation relation, long shares, Field whole) {
    return Bound.ofShare(ProcessRecord.TYPE, field, relation, shares, whole);
  }
}
