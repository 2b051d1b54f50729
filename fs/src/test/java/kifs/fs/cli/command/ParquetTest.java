package kifs.fs.cli.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB is the judge of what {@code kifs print --format=parquet} writes. */
class ParquetTest {
  private static final int HOSTS = 100;

  private final Shell shell = new Shell();
  private Connection duckdb;

  @TempDir Path directory;

  @BeforeEach
  void open() throws SQLException {
    duckdb = DriverManager.getConnection("jdbc:duckdb:");
  }

  @AfterEach
  void close() throws SQLException {
    duckdb.close();
  }

  private void write(String name, byte[] bulks, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("print", "--format=parquet"));
    arguments.addAll(List.of(options));
    arguments.add("-");
    Run.Result result = shell.input(bulks).run(arguments.toArray(String[]::new)).silent();
    Files.write(directory.resolve(name), result.out().getBytes(ISO_8859_1));
  }

  /** The rows of an answer, with values joined by commas. */
  private List<String> ask(String question) throws SQLException {
    List<String> rows = new ArrayList<>();
    String files = question.replace("FILES", "'" + directory + "/*.parquet'");
    try (Statement statement = duckdb.createStatement();
        ResultSet answer = statement.executeQuery(files)) {
      while (answer.next()) {
        StringJoiner row = new StringJoiner(",");
        for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
          row.add(answer.getString(i));
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  @Test
  void valuesAndTypesAreThoseOfTheRecords() throws Exception {
    write("one.parquet", SampleBulks.three(), "--tags=process");
    assertEquals(
        List.of("host,1,init,9437184,3000000000,null", "host,20,java,1073741824,100000000000,null"),
        ask("select host,pid,comm,rss_bytes,runtime_ns,fds from FILES where pid<100 order by pid"));
    assertEquals(
        List.of("INTEGER,UINTEGER,UBIGINT,UTINYINT,VARCHAR,TIMESTAMP WITH TIME ZONE"),
        ask(
            "select typeof(pid),typeof(uid),typeof(rss_bytes),typeof(policy),typeof(state),"
                + "typeof(time) from FILES limit 1"));
    assertEquals(List.of("1767225600000000"), ask("select distinct epoch_us(time) from FILES"));
  }

  @Test
  void unsignedNumbersAndTextsThatAreNotUtf8() throws Exception {
    write("limits.parquet", SampleBulks.three(), "--tags=limits", "--where=pid=1");
    assertEquals(List.of("18446744073709551615"), ask("select nofile_soft from FILES"));
    Files.delete(directory.resolve("limits.parquet"));
    write("commands.parquet", SampleBulks.three(), "--tags=command", "--where=pid=300");
    assertEquals(List.of("café \ufffd\n"), ask("select command_line from FILES"));
    Files.delete(directory.resolve("commands.parquet"));
    write("waits.parquet", SampleBulks.three(), "--tags=wait", "--units=human");
    assertEquals(List.of("pi-mutex,21"), ask("select kind,waiter_tid from FILES"));
  }

  @Test
  void aRecordingIsOneTable() throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 50; i++) {
      all.writeBytes(SampleBulks.at(i * SampleBulks.SECOND, SampleBulks.THREE));
    }
    write("all.parquet", all.toByteArray(), "--tags=process", "--all", "--columns=pid,rss");
    assertEquals(
        List.of("150,50,49.0"),
        ask(
            "select count(*),count(distinct time),"
                + "epoch(max(time))-epoch(min(time)) from FILES"));
    write("all.parquet", all.toByteArray(), "--tags=process", "--where=pid=77");
    assertEquals(List.of("0"), ask("select count(*) from FILES"));
  }

  /** The example's questions are asked as they stand there. */
  @Test
  void aHundredHostsAreAnalysedTogether() throws Exception {
    for (int host = 0; host < HOSTS; host++) {
      List<SampleBulks.Process> processes = new ArrayList<>();
      for (int pid = 1; pid <= 20; pid++) {
        String comm = pid == 7 ? "java" : "worker-" + pid;
        long rss = (host == 42 && pid == 7 ? 64L << 30 : 1L << 20) * pid;
        processes.add(new SampleBulks.Process(pid, comm, rss, pid * SampleBulks.SECOND, "x"));
      }
      write(
          "host-" + host + ".parquet",
          SampleBulks.at("host-" + host, 0, processes),
          "--tags=process",
          "--all");
    }
    String questions =
        Files.readString(Project.ROOT.resolve("examples/hosts.sql"))
            .replaceAll("(?m)^--.*\n", "")
            .replace("'*.parquet'", "FILES");
    List<List<String>> answers = new ArrayList<>();
    for (String question : questions.split(";")) {
      if (!question.isBlank()) {
        answers.add(ask(question));
      }
    }
    assertEquals(3, answers.size());
    assertEquals("host-42,7,java,448.0", answers.get(0).get(0));
    assertEquals(10, answers.get(0).size());
    assertEquals("java,100,100", answers.get(1).get(0));
    assertEquals(List.of("host-42"), answers.get(2));
  }

  @Test
  void aFileHasOneTable() {
    Run.Result result = shell.input(SampleBulks.three()).run("print", "--format=parquet", "-");
    assertEquals(
        "kifs print: a Parquet file has one table; choose one by --tags= of: process, command,"
            + " limits, wait\n",
        result.err());
    assertEquals(2, result.status());
  }
}
