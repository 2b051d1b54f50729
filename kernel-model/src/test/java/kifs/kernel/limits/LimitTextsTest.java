package kifs.kernel.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import kifs.kernel.record.Escapes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of limits: what is read can be written, and what isn't valid is refused. */
class LimitTextsTest {
  private static final long HARD = 4096;

  private static void refuses(Function<String, ?> parser, String... texts) {
    for (String text : texts) {
      LimitException e = assertThrows(LimitException.class, () -> parser.apply(text), text);
      assertEquals(LimitException.EINVAL, e.errno(), text);
    }
  }

  private static RlimitValue rlimit(String text) {
    return RlimitValue.parse(text, true, HARD);
  }

  @Test
  void anRlimitIsASoftAndAHardValue() {
    assertEquals(new RlimitValue(1, 2), rlimit("1 2"));
    assertEquals(new RlimitValue(1, 2), rlimit("1 \t 2"));
    assertEquals(new RlimitValue(0, -1), rlimit("0 unlimited"));
    assertEquals(new RlimitValue(-1, -1), rlimit("unlimited unlimited"));
    assertEquals(new RlimitValue(-1, -1), rlimit("18446744073709551615 unlimited"));
    assertEquals(
        new RlimitValue(Long.MAX_VALUE, -2), rlimit(Long.MAX_VALUE + " 18446744073709551614"));
  }

  @Test
  void oneNumberIsTheSoftValue() {
    assertEquals(new RlimitValue(200, HARD), rlimit("200"));
    assertEquals(new RlimitValue(5000, HARD), rlimit("5000"), "the kernel refuses it");
    assertTrue(RlimitValue.isSoftOnly("200"));
    assertEquals(false, RlimitValue.isSoftOnly("200 300"));
  }

  @Test
  void bytesTakeSuffixes() {
    assertEquals(new RlimitValue(1 << 10, 3 << 20), rlimit("1K 3M"));
    assertEquals(new RlimitValue(1L << 30, 5L << 40), rlimit("1G 5T"));
    refuses(text -> RlimitValue.parse(text, false, HARD), "1K", "1M 2M");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "-1",
        "+1",
        "1.5",
        "0x10",
        "1 2 3",
        "2 1",
        "unlimited 5",
        "K",
        "1KB",
        "16777216T",
        "18446744073709551616",
        "99999999999999999999",
        "1,2",
        "Unlimited",
        "1\0"
      })
  void noRlimit(String text) {
    refuses(LimitTextsTest::rlimit, text);
  }

  @Property
  void everyRlimitReadsBack(@ForAll long one, @ForAll long other) {
    boolean isLess = Long.compareUnsigned(one, other) <= 0;
    RlimitValue value = new RlimitValue(isLess ? one : other, isLess ? other : one);
    assertEquals(value, rlimit(value.text()));
  }

  @Test
  void niceValuesAndAdjustments() {
    assertEquals(-20, NiceValue.parseNice("-20"));
    assertEquals(19, NiceValue.parseNice("19"));
    refuses(NiceValue::parseNice, "", "20", "-21", "+5", "1 2", "5.0", "nice", "4294967296");
    assertEquals(-1000, NiceValue.parseOomScoreAdj("-1000"));
    assertEquals(1000, NiceValue.parseOomScoreAdj("1000"));
    refuses(NiceValue::parseOomScoreAdj, "", "1001", "-1001", "-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "other",
        "batch",
        "idle",
        "ext",
        "fifo 1",
        "rr 99",
        "deadline 10000000 30000000 18446744073709551615"
      })
  void policiesReadBack(String text) {
    assertEquals(text, SchedulingPolicy.parse(text).text());
  }

  @Test
  void noPolicy() {
    refuses(
        SchedulingPolicy::parse,
        "",
        "nice",
        "OTHER",
        "other 0",
        "fifo",
        "fifo 0",
        "fifo 100",
        "rr x",
        "rr 1 2",
        "deadline",
        "deadline 1 2",
        "deadline 1 2 x",
        "0");
  }

  @Test
  void aPolicyThatKifsDoesNotKnowIsItsNumber() {
    assertEquals("fifo", SchedulingPolicy.name(1));
    assertEquals("9", SchedulingPolicy.name(9));
    assertEquals("9", new SchedulingPolicy(9, 0).text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "idle", "best-effort 0", "best-effort 7", "realtime 3"})
  void ioPrioritiesReadBack(String text) {
    IoPriority priority = IoPriority.parse(text);
    assertEquals(text, priority.text());
    assertEquals(priority, IoPriority.of(priority.number()));
  }

  @Test
  void ioPrioritiesAreTheNumbersOfTheKernel() {
    assertEquals(2 << 13 | 4, IoPriority.parse("best-effort 4").number());
    assertEquals(3 << 13, IoPriority.parse("idle").number());
    assertEquals("best-effort 4", IoPriority.of(2 << 13 | 5 << 3 | 4).text(), "with a hint");
    assertEquals("idle", IoPriority.of(3 << 13 | 7).text());
  }

  @Test
  void noIoPriority() {
    refuses(
        IoPriority::parse,
        "",
        "best-effort",
        "best-effort 8",
        "best-effort -1",
        "realtime",
        "idle 3",
        "none 0",
        "2 4");
  }

  @Test
  void boundsOfTheUtilization() {
    assertEquals(new UtilizationClamp(0, 1024), UtilizationClamp.parse("0 1024"));
    assertEquals("128 512", UtilizationClamp.parse("128 512").text());
    refuses(UtilizationClamp::parse, "", "1", "512 128", "0 1025", "-1 5", "1 2 3");
  }

  @Test
  void listsOfCpus() {
    assertEquals("0-3,7", CpuList.text(CpuList.parse("0-3,7")));
    assertEquals("0-7", CpuList.text(CpuList.parse("4-7,0-3,2")));
    assertEquals("0,2,4-5", CpuList.text(CpuList.parse("5,4,2,0")));
    assertEquals("8191", CpuList.text(CpuList.parse("8191")));
    assertEquals("", CpuList.text(new BitSet()));
    refuses(
        CpuList::parse,
        "",
        ",",
        "0,",
        ",0",
        "1-",
        "-1",
        "3-1",
        "8192",
        "0-8192",
        "a",
        "0 1",
        "0--1",
        "0x1",
        "+1");
  }

  @Property
  void everySetOfCpusReadsBack(@ForAll Set<@IntRange(max = CpuList.MAX_CPUS - 1) Integer> cpus) {
    BitSet set = new BitSet();
    cpus.forEach(set::set);
    if (!set.isEmpty()) {
      assertEquals(set, CpuList.parse(CpuList.text(set)));
    }
  }

  @Test
  void aMoveIntoACgroupIsALineOfTheProcess() {
    assertEquals(new CgroupMove("cpu,cpuacct", "/a/b"), CgroupMove.parse("4:cpu,cpuacct:/a/b"));
    assertEquals(new CgroupMove("name=systemd", "/a:b"), CgroupMove.parse("name=systemd:/a:b"));
    assertEquals(new CgroupMove("", "/"), CgroupMove.parse("0::/"));
    assertEquals(new CgroupMove("", "/a\\x2d b"), CgroupMove.parse(":/a\\\\x2d b"));
    refuses(CgroupMove::parse, "", "/a", "cpu", "cpu:", "cpu:a", "x:cpu:/a", ":/a\\", ":/\\x1");
    refuses(CgroupMove::parse, ":/a\n1:cpu:/b", "cpu:/\\y", "a/b:/c");
  }

  @Property
  void everyPathReadsBack(@ForAll @CharRange(from = 1, to = 255) String name) {
    CgroupMove move = new CgroupMove("memory", "/" + name);
    assertEquals(move, CgroupMove.parse("memory:" + Escapes.line(move.path())));
    assertEquals(name, Escapes.unescaped(Escapes.word(name)));
  }

  @Test
  void namesOfFilesAreUnique() {
    Set<String> names = new HashSet<>();
    LimitKind.OF_PROCESSES.forEach(kind -> assertTrue(names.add(kind.name()), kind.name()));
    assertTrue(LimitKind.OF_PROCESSES.containsAll(LimitKind.OF_THREADS));
    assertTrue(names.containsAll(Set.of("nofile", "nice", "rlimit.nice", "cpu", "oom_score_adj")));
    LimitKind.OF_PROCESSES.forEach(
        kind -> assertTrue(kind.doc().matches("[^\n]{10,150}"), kind.doc()));
  }
}
