package kifs.kernel.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryParserTest {
  private static final Query ALL = Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE);

  private static Query parse(String text) throws BadQueryException {
    return QueryParser.parse(text, ALL);
  }

  @Test
  void everyKeyRestricts() throws Exception {
    Query query =
        parse(
            "tags=process,system,cpu,command,limits,total&uid=0,1000,4294967295&pid=7,3"
                + "&cgroup=/system.slice&state=D,R&comm=java,kworker%2F0&fields=full");
    assertEquals(
        Query.of(
                ProcessRecord.TYPE,
                SystemRecord.TYPE,
                CpuRecord.TYPE,
                CommandRecord.TYPE,
                LimitsRecord.TYPE,
                TotalRecord.TYPE)
            .withUids(Set.of(0, 1000, -1))
            .withPids(Set.of(3, 7))
            .withCgroup("/system.slice")
            .withStates(Set.of('R', 'D'))
            .withComms(Set.of("java", "kworker/0"))
            .withDetail(Detail.FULL),
        query);
    assertEquals("[3, 7]", query.pids().toString());
    assertEquals(Detail.LIGHT, parse("fields=light").detail());
    assertEquals(ALL.tags(), parse("pid=1").tags());
  }

  @Test
  void implicitTypesMayBeNamed() throws Exception {
    assertEquals(parse("tags=process"), parse("tags=snapshot,process,text"));
  }

  @Test
  void spellingsOfOneQueryAreEqual() throws Exception {
    String[][] same = {
      {"pid=1,2&uid=5", "uid=5&pid=2,1,1"},
      {"tags=process,thread", "tags=thread,process,thread"},
      {"comm=a%62c", "comm=abc"},
      {"comm=%c3%bc", "comm=%C3%BC"},
      {"comm=%C3%BC", "comm=\u00fc"},
      {"cgroup=/a/b/", "cgroup=/a/b"},
      {"cgroup=/a//", "cgroup=/a"},
      {"cgroup=//", "cgroup=/"},
      {"state=R,D", "state=D,R"},
      {"pid=007", "pid=7"},
    };
    for (String[] pair : same) {
      assertEquals(parse(pair[0]), parse(pair[1]));
      assertEquals(parse(pair[0]).hashCode(), parse(pair[1]).hashCode());
    }
    assertNotEquals(parse("comm=a"), parse("comm=A"));
    assertNotEquals(parse("cgroup=/"), parse("pid=1"));
  }

  @Test
  void escapesStandForBytesAndDontSeparate() throws Exception {
    assertEquals(Set.of("a,b&c=d%"), parse("comm=a%2Cb%26c%3Dd%25").comms());
    assertEquals(Set.of("\u00ff"), parse("comm=%FF").comms());
    assertEquals(Set.of("a=b"), parse("comm=a=b").comms());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "pid|not key=value",
        "=1|not key=value",
        "pid=|not key=value",
        "pid=1&|not key=value",
        "&pid=1|not key=value",
        "pid=1&&uid=1|not key=value",
        "pid=1&pid=2|given twice",
        "color=red|unknown key",
        "PID=1|unknown key",
        "tags=nothing|unknown tag",
        "tags=PROCESS|unknown tag",
        "tags=process,|empty in a list",
        "pid=,1|empty in a list",
        "pid=-1|not a number",
        "pid=+1|not a number",
        "pid=1.5|not a number",
        "pid=one|not a number",
        "pid=99999999999|not a number",
        "pid=\u0661|not a number",
        "pid=2147483648|too large",
        "uid=4294967296|too large",
        "state=RD|not a state",
        "state=r|not a state",
        "state=Q|not a state",
        "cgroup=system.slice|begins with /",
        "fields=normal|light or full",
        "fields=light,full|light or full",
        "comm=%|two hexadecimal digits",
        "comm=%4|two hexadecimal digits",
        "comm=%G1|two hexadecimal digits",
        "comm=%1G|two hexadecimal digits",
        "cgroup=/%zz|two hexadecimal digits",
      })
  void aBadQueryIsRefusedAndSaysWhy(String text, String message) {
    BadQueryException error = assertThrows(BadQueryException.class, () -> parse(text));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void anEmptyOrTooLongQueryIsRefused() throws Exception {
    assertThrows(BadQueryException.class, () -> parse(""));
    assertThrows(BadQueryException.class, () -> parse("comm=" + "a".repeat(4092)));
    parse("comm=" + "a".repeat(4091));
  }

  @Property(tries = 5000)
  void anyTextIsAQueryOrIsRefused(@ForAll String text) {
    parsesOrIsRefused(text);
  }

  @Property(tries = 5000)
  void textLikeAQueryIsAQueryOrIsRefused(@ForAll("queries") String text) {
    parsesOrIsRefused(text);
  }

  @Provide
  Arbitrary<String> queries() {
    return Arbitraries.of(
            "tags",
            "pid",
            "uid",
            "state",
            "comm",
            "cgroup",
            "fields",
            "=",
            "&",
            ",",
            "%",
            "%4",
            "%41",
            "process",
            "1",
            "99999999999",
            "R",
            "/",
            "light",
            "\u00e9",
            "\uD800",
            "\0",
            " ")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  /** Fails the test for every exception that isn't a {@link BadQueryException} with a message. */
  private static void parsesOrIsRefused(String text) {
    try {
      Query query = parse(text);
      query.admitsPid(1);
      query.admitsCgroup("/a");
    } catch (BadQueryException e) {
      assertFalse(e.getMessage().isBlank());
    }
  }

  @Test
  void aQueryCanNotBeModifiedFromOutside() {
    Set<Integer> pids = new TreeSet<>(Set.of(1));
    Query query = ALL.withPids(pids);
    pids.add(2);
    assertEquals(Set.of(1), query.pids());
    assertThrows(UnsupportedOperationException.class, () -> query.pids().add(3));
    assertThrows(UnsupportedOperationException.class, () -> query.fields().put(1, 1L));
  }

  @Test
  void emptyFiltersAdmitAllAndOthersWhatTheyName() {
    assertTrue(ALL.admitsPid(1) && ALL.admitsUid(-1) && ALL.admitsState('R'));
    assertTrue(ALL.admitsComm("") && ALL.admitsCgroup("/") && ALL.admitsCgroup(null));
    Query query = ALL.withCgroup("/a");
    assertTrue(query.admitsCgroup("/a") && query.admitsCgroup("/a/b"));
    assertFalse(query.admitsCgroup("/ab") || query.admitsCgroup("/") || query.admitsCgroup(null));
    assertTrue(ALL.withCgroup("/").admitsCgroup("/a"));
    assertFalse(ALL.withPids(Set.of(2)).admitsPid(1));
    assertFalse(ALL.withUids(Set.of(2)).admitsUid(1));
    assertFalse(ALL.withStates(Set.of('D')).admitsState('R'));
    assertFalse(ALL.withComms(Set.of("a")).admitsComm("ab"));
  }

  @Test
  void fieldsOfATypeOverrideTheDetail() {
    Query query = ALL.withFields(ProcessRecord.TYPE, ProcessRecord.PID, ProcessRecord.RSS);
    long mask = ProcessRecord.PID.bit() | ProcessRecord.RSS.bit();
    assertEquals(mask, query.fields(ProcessRecord.TYPE, -1));
    assertEquals(-1, query.fields(ThreadRecord.TYPE, -1));
    assertTrue(query.wants(ProcessRecord.TYPE));
    assertFalse(query.withTags(Set.of()).wants(ProcessRecord.TYPE));
  }
}
