package kifs.kernel.recording;

import static kifs.kernel.recording.RecordedStorm.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.schema.CHeader;
import kifs.kernel.schema.PythonModule;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The readers in C and Python, which are generated, read recordings, and survive any bytes. */
class RecordingReadersTest {
  private static final int MUTATED = 500;

  /** The version of the format that the fixture is kept for. */
  private static final Path FIXTURE =
      Project.ROOT.resolve("test-data/recordings/recording-1.0.kifsrec");

  @TempDir Path directory;
  private RecordedStorm storm;

  @BeforeEach
  void record() throws IOException, BulkFormatException {
    Files.writeString(directory.resolve("kifs.h"), CHeader.text());
    Files.writeString(directory.resolve("kifs.py"), PythonModule.text());
    storm = new RecordedStorm(4, 1);
    for (int i = 0; i < 4; i++) {
      Recording.Gap gap =
          new Recording.Gap(Optional.of(GapCause.LATE), storm.realtimeNs(), 3 * SECOND);
      storm.record(i == 2 ? Optional.of(gap) : Optional.empty());
      storm.advance(1);
    }
  }

  /** A line for each file, on which both readers agree. */
  private List<String> read(List<byte[]> files) throws IOException {
    List<String> names = new ArrayList<>();
    for (byte[] file : files) {
      Path path = directory.resolve("r" + names.size());
      names.add(Files.write(path, file).toString());
    }
    Path program = directory.resolve("read-recording");
    List<String> compile =
        List.of(
            "gcc",
            "-std=c99",
            "-g",
            "-O1",
            "-Wall",
            "-Wextra",
            "-pedantic",
            "-Werror",
            "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all",
            "-I" + directory,
            "-o",
            program.toString(),
            Project.PROGRAMS.resolve("read-recording.c").toString(),
            "-l:libzstd.so.1");
    Run.of(compile.toArray(String[]::new)).silent();
    List<String> c = new ArrayList<>(List.of(program.toString()));
    c.addAll(names);
    List<String> found = Run.of(c.toArray(String[]::new)).silent().lines();
    List<Object> python = new ArrayList<>(List.of(directory));
    python.addAll(names);
    assertEquals(found, Run.pythonFile("read_recording.py", python.toArray()).silent().lines());
    assertEquals(files.size(), found.size());
    return found;
  }

  private String expected() {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < storm.bulks.size(); i++) {
      byte[] bulk = storm.bulks.get(i);
      long gapNs = i == 2 ? 3 * SECOND : 0;
      line.append("%d %d %08x ".formatted(gapNs, bulk.length, Block.crc(bulk, bulk.length)));
    }
    return line + "end";
  }

  @Test
  void theyReadEveryBulk() throws IOException {
    byte[] bulks = new byte[2 * storm.bulks.get(0).length];
    System.arraycopy(storm.bulks.get(0), 0, bulks, 0, bulks.length / 2);
    System.arraycopy(storm.bulks.get(0), 0, bulks, bulks.length / 2, bulks.length / 2);
    List<String> found = read(List.of(storm.file.toByteArray(), bulks, new byte[0]));
    assertEquals(expected(), found.get(0));
    assertEquals(6 + 1, found.get(1).split(" ").length);
    assertEquals("end", found.get(2));
  }

  @Test
  void theySurviveMutatedRecordings() throws IOException {
    Random random = new Random(5);
    byte[] good = storm.file.toByteArray();
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < MUTATED; i++) {
      byte[] bytes = DamagedRecordingTest.mutated(good, random);
      files.add(i % 2 == 0 ? DamagedRecordingTest.withChecksums(bytes) : bytes);
    }
    List<String> found = read(files);
    assertTrue(found.stream().filter(line -> line.endsWith("bad")).count() > MUTATED / 2);
    for (int i = 0; i < MUTATED; i++) {
      if (isRight(files.get(i))) {
        assertTrue(found.get(i).endsWith("end"), "file " + i);
      }
    }
  }

  private static boolean isRight(byte[] file) throws IOException {
    RecordingReader reader = new RecordingReader(new ByteArrayInputStream(file));
    try {
      while (reader.advance()) {}
      return true;
    } catch (BulkFormatException e) {
      return false;
    }
  }

  /** A recording that an earlier version wrote stays readable, and is what it was. */
  @Test
  void theFixtureStaysReadable() throws IOException, BulkFormatException {
    byte[] file = storm.file.toByteArray();
    if ("write".equals(System.getProperty("kifs.golden"))) {
      Files.createDirectories(FIXTURE.getParent());
      Files.write(FIXTURE, file);
    }
    byte[] fixture = Files.readAllBytes(FIXTURE);
    String line = read(List.of(fixture)).get(0);
    assertEquals(
        List.of("0", "0", "3000000000", "0"),
        Arrays.stream(line.split(" [0-9]+ [0-9a-f]{8} ?"))
            .filter(word -> !word.equals("end"))
            .toList());
    try (Recording recording = Recording.open(FIXTURE)) {
      assertEquals(4, recording.moments().size());
      assertEquals(4, recording.bulk(3).count(ProcessRecord.TYPE));
      Recording.Gap gap = recording.moments().get(2).gap().orElseThrow();
      assertEquals(Optional.of(GapCause.LATE), gap.cause());
    }
  }
}
