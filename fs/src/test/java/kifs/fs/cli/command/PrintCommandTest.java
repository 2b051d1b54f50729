package kifs.fs.cli.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.testing.Bulks;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintCommandTest {
  private static final int MUTATIONS = 10_000;

  /** Far more than a run needs, and far less than a size that a bulk can claim. */
  private static final long MAX_ALLOCATED = 16 << 20;

  private final Shell shell = new Shell();

  @TempDir Path directory;

  private Run.Result print(byte[] bulk, String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "print";
    System.arraycopy(options, 0, arguments, 1, options.length);
    arguments[options.length + 1] = "-";
    return shell.input(bulk).run(arguments);
  }

  private String printed(String... options) {
    return print(SampleBulks.three(), options).silent().out();
  }

  private static String lines(String... lines) {
    return String.join("\n", lines) + "\n";
  }

  @Test
  void aTableIsForPeople() {
    assertEquals(
        lines(
            "PID   RSS  RUNTIME  COMM",
            " 20  1.0G    1m40s  java",
            "  1  9.0M    3.00s  init",
            "300  4.0K     20ms  e\\x1b[2J"),
        printed("--tags=process", "--columns=pid,rss,runtime,comm", "--sort=rss"));
  }

  /** A time of day is no duration. */
  @Test
  void wallClockTimesAreDates() throws IOException {
    try (SimulatedKernel kernel = new SimulatedKernel(new VirtualClock());
        Bulk bulk = Bulks.collect(kernel, Query.of(SystemRecord.TYPE))) {
      String printed = print(Bulks.bytes(bulk), "--tags=system").silent().out();
      long bootNs = Bulks.records(bulk, SystemRecord.TYPE).get(0).get(SystemRecord.BOOT);
      String boot = Instant.ofEpochSecond(0, bootNs).toString();
      assertTrue(printed.lines().anyMatch(line -> line.matches("BOOT_REALTIME +" + boot)), printed);
    }
  }

  /** A boot time isn't the age of anything. */
  @Test
  void bootTimesAreDates() {
    byte[] bulk =
        SampleBulks.at(60 * SampleBulks.SECOND, SampleBulks.THREE, 5 * SampleBulks.SECOND);
    Run.Result dates = print(bulk, "--tags=process", "--columns=pid,start", "--where=pid=1");
    assertTrue(
        dates.out().matches("PID +START\n +1  2026-01-01T00:00:0[0-9.]+Z\n"), dates::toString);
    Run.Result raw =
        print(bulk, "--tags=process", "--columns=pid,start", "--where=pid=1", "--units=raw");
    assertFalse(raw.out().contains("Z"), raw::toString);
  }

  @Test
  void csvIsRawAndQuoted() {
    assertEquals(
        "pid,command_line\n"
            + "1,/sbin/init --x\n"
            + "20,\"java -jar a,b \"\"c\"\".jar\"\n"
            + "300,\"caf\u00c3\u00a9 \u00ff\n\"\n",
        printed("--tags=command", "--format=csv", "--columns=pid,command_line"));
    assertEquals(
        "pid,rss_bytes,runtime_ns,fds\n20,1073741824,100000000000,\n",
        printed(
            "--tags=process", "--format=csv", "--columns=pid,rss,runtime,fds", "--where=pid=20"));
  }

  @Test
  void jsonIsUtf8WithNullForWhatIsAbsent() throws IOException {
    String json =
        printed("--format=json", "--tags=process,command", "--columns=pid,fds,comm,command_line");
    assertEquals(
        lines(
            "{\"record\":\"process\",\"pid\":1,\"fds\":null,\"comm\":\"init\"}",
            "{\"record\":\"process\",\"pid\":20,\"fds\":null,\"comm\":\"java\"}",
            "{\"record\":\"process\",\"pid\":300,\"fds\":null,\"comm\":\"e\\u001b[2J\"}",
            "{\"record\":\"command\",\"pid\":1,\"command_line\":\"/sbin/init --x\"}",
            "{\"record\":\"command\",\"pid\":20,\"command_line\":\"java -jar a,b"
                + " \\\"c\\\".jar\"}",
            "{\"record\":\"command\",\"pid\":300,\"command_line\":\"café \ufffd\\u000a\"}"),
        new String(json.getBytes(ISO_8859_1), UTF_8));
  }

  /** Python's parser is the judge of every line, with all columns. */
  @Test
  void jsonOfAllColumnsIsJson() throws IOException {
    Path file = directory.resolve("all.json");
    Files.write(file, printed("--format=json", "--columns=all").getBytes(ISO_8859_1));
    String names =
        Run.python(
                "import json, sys\n"
                    + "for line in open(sys.argv[1], encoding='utf-8'):\n"
                    + "  print(json.loads(line)['record'])\n",
                file)
            .silent()
            .out();
    assertEquals(
        List.of("command", "limits", "process", "wait"),
        names.lines().distinct().sorted().toList());
  }

  @Test
  void eachFieldIsInAColumn() {
    for (RecordType type : Records.ALL) {
      String tag = type.name().toLowerCase(Locale.ROOT);
      String header = printed("--format=csv", "--tags=" + tag).lines().findFirst().orElse("") + ",";
      for (Field field : type.fields()) {
        String name = field.name().replaceFirst("_(offset|length)$", "");
        boolean isText = type.textOffsets().stream().anyMatch(text -> text.name().startsWith(name));
        String column = isText ? name : field.name();
        assertEquals(
            !column.equals("absent"), ("," + header).contains("," + column + ","), type + column);
      }
    }
  }

  @Test
  void codesHaveLabelsForPeople() {
    assertEquals(
        lines("KIND", "pi-mutex"),
        printed("--tags=wait", "--columns=kind", "--where=kind=pi-mutex"));
    assertEquals(
        lines("KIND", "   2"),
        printed("--tags=wait", "--columns=kind", "--units=raw", "--where=kind=2"));
    assertEquals(
        lines("PID  NOFILE_SOFT", "  1  unlimited", " 20  1024"),
        printed("--tags=limits", "--columns=pid,nofile_soft", "--top=2"));
  }

  @ParameterizedTest
  @CsvSource({
    "rss>500M, 20",
    "rss>=9M, 1 20",
    "rss_bytes<=4K, 300",
    "runtime<1s, 300",
    "runtime>=1m, 20",
    "comm=java, 20",
    "comm!=java, 1 300",
    "comm~a, 20",
    "comm ~ \"a\" , 20",
    "rss>1 and comm=java or pid=1, 1 20",
    "pid=1 or rss>1M and comm='java', 1 20",
    "pid=0x14, 20",
    "state=S and pid<300, 1 20",
    "fds=0, ''",
    "pid=-1, ''"
  })
  void filters(String where, String pids) {
    String out = printed("--tags=process", "--format=csv", "--columns=pid", "--where=" + where);
    assertEquals(pids, String.join(" ", out.lines().skip(1).toList()));
  }

  @ParameterizedTest
  @CsvSource({
    "rss, 20 1 300",
    "+rss, 300 1 20",
    "-rss, 20 1 300",
    "comm, 300 1 20",
    "-comm, 20 1 300",
    "pid, 300 20 1"
  })
  void orders(String sort, String pids) {
    String out = printed("--tags=process", "--format=csv", "--columns=pid", "--sort=" + sort);
    assertEquals(pids, String.join(" ", out.lines().skip(1).toList()));
    String top =
        printed("--tags=process", "--format=csv", "--columns=pid", "--sort=" + sort, "--top=1");
    assertEquals(pids.split(" ")[0], String.join(" ", top.lines().skip(1).toList()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--where=rss>>1 | no comparison such as rss>500M at 'rss>>1'",
        "--where=rss>1 pid=1 | 'and' or 'or' is missing before 'pid=1'",
        "--where= | no comparison such as",
        "--where=rss>1 and | no comparison such as",
        "--where=rss>much | rss>much: no number such as 7 or 500M",
        "--where=runtime>1M | runtime>1M: no number such as 7 or 100ms",
        "--where=comm>a | comm is a text, which only = != and ~ compare",
        "--where=rzs>1 | no column rzs in process; --columns=all shows all columns",
        "--sort=rzs | no column rzs in process",
        "--columns=pid,rzs | no column rzs in process",
        "--top=-1 | --top can't be negative",
        "--format=xml | not one of table, json, csv, parquet: xml",
        "--units=big | not one of human, raw: big",
        "--at=noon | not a time such as 2026-01-01T12:00:00Z, -5m or last: noon"
      })
  void whatDoesNotFitIsRefused(String option, String message) {
    Run.Result result = print(SampleBulks.three(), "--tags=process", option);
    assertTrue(result.err().contains(message), result::toString);
    assertEquals("", result.out());
    assertEquals(2, result.status());
  }

  @Test
  void aCsvFileHasOneTable() {
    Run.Result result = print(SampleBulks.three(), "--format=csv");
    assertEquals(
        "kifs print: a CSV file has one table; choose one by --tags= of: process, command, limits,"
            + " wait\n",
        result.err());
    assertEquals(2, result.status());
  }

  private static byte[] recording() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      List<SampleBulks.Process> some = SampleBulks.THREE.subList(0, i + 1);
      all.writeBytes(SampleBulks.at(i * 60 * SampleBulks.SECOND, some));
    }
    return all.toByteArray();
  }

  @Test
  void ofSeveralBulksTheLastIsPrintedUnlessOneIsChosen() {
    String[] options = {"--tags=process", "--format=csv", "--columns=pid"};
    assertEquals("pid\n1\n20\n300\n", print(recording(), options).silent().out());
    String[] at = Arrays.copyOf(options, 4);
    at[3] = "--at=2026-01-01T00:01:30Z";
    assertEquals("pid\n1\n20\n", print(recording(), at).silent().out());
    at[3] = "--all";
    assertEquals(
        lines(
            "time,pid",
            "2026-01-01T00:00:00Z,1",
            "2026-01-01T00:01:00Z,1",
            "2026-01-01T00:01:00Z,20",
            "2026-01-01T00:02:00Z,1",
            "2026-01-01T00:02:00Z,20",
            "2026-01-01T00:02:00Z,300"),
        print(recording(), at).silent().out());
    at[3] = "--at=2025-01-01";
    Run.Result early = print(recording(), at);
    assertEquals("kifs print: -: no bulk was taken before that time\n", early.err());
    assertEquals(1, early.status());
  }

  @Test
  void ofACutRecordingTheWholeBulksArePrinted() {
    byte[] cut = Arrays.copyOf(recording(), recording().length - 1);
    Run.Result result = print(cut, "--tags=process", "--format=csv", "--columns=pid");
    assertEquals("pid\n1\n20\n", result.out());
    assertTrue(result.err().matches("kifs print: -: byte [0-9]+: claims .*\n"), result::toString);
    assertEquals(1, result.status());
  }

  @Test
  void anEmptyFileAndOneThatIsNotThereAreErrors() {
    Run.Result empty = print(new byte[0]);
    assertEquals("kifs print: -: empty, so there is no bulk\n", empty.err());
    assertEquals(1, empty.status());
    Path missing = directory.resolve("missing");
    Run.Result none = shell.run("print", missing.toString());
    assertEquals("kifs print: " + missing + ": no such file\n", none.err());
    assertEquals(1, none.status());
  }

  /** All commands that read bulks share the reader; print also shows every field and text. */
  @ParameterizedTest
  @ValueSource(strings = {"table", "json"})
  void aBulkThatIsCutAtAnyByteIsRefusedWithThePlace(String format) {
    byte[] whole = SampleBulks.three();
    for (int length = 1; length < whole.length; length++) {
      Run.Result result = print(Arrays.copyOf(whole, length), "--format=" + format);
      assertTrue(result.err().matches("kifs print: -: byte \\d+: .*\n"), result::toString);
      assertEquals("", result.out());
      assertEquals(1, result.status());
    }
  }

  @Test
  void noMutationCrashesOrTakesMuchMemory() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Random random = new Random(7);
    byte[] good = recording();
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = mutated(good, random);
      long before = threads.getCurrentThreadAllocatedBytes();
      Run.Result result = print(bytes, "--columns=all", "--units=human", "--all");
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < MAX_ALLOCATED, () -> allocated + " bytes, " + result);
      assertTrue(result.status() <= 1, result::toString);
      assertEquals(result.status() == 1, result.err().contains(": byte "), result::toString);
      assertFalse(result.out().contains("\u001b"), result::toString);
      refused += result.status();
    }
    assertTrue(refused > MUTATIONS / 10 && refused < MUTATIONS, "refused: " + refused);
  }

  /** Changes some bytes, most often in headers and directories, and sometimes cuts the end off. */
  private static byte[] mutated(byte[] good, Random random) {
    int length = random.nextInt(10) == 0 ? random.nextInt(good.length) + 1 : good.length;
    byte[] bytes = Arrays.copyOf(good, length);
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(random.nextBoolean() ? length : Math.min(length, 400));
      bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xFF);
    }
    return bytes;
  }
}
