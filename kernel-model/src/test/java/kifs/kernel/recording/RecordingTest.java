package kifs.kernel.recording;

import static kifs.kernel.recording.RecordedStorm.SECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is recorded is played back, in any order. */
class RecordingTest {
  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("recording");
  }

  private static byte[] bytes(BulkReader bulk) {
    ByteBuffer all = bulk.snapshot().buffer().duplicate();
    byte[] bytes = new byte[(int) bulk.size()];
    all.get(0, bytes);
    return bytes;
  }

  private static List<byte[]> played(byte[] file) throws IOException, BulkFormatException {
    RecordingReader reader = new RecordingReader(new ByteArrayInputStream(file));
    List<byte[]> bulks = new ArrayList<>();
    while (reader.advance()) {
      bulks.add(bytes(reader.bulk()));
    }
    assertEquals(file.length, reader.wholeBytes());
    return bulks;
  }

  private static void assertEqual(List<byte[]> expected, List<byte[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "bulk " + i);
    }
  }

  /** Thousands of processes come and go, and what is played back is what was taken, to the byte. */
  @Test
  void aStormIsPlayedBack() throws IOException, BulkFormatException {
    RecordedStorm storm = new RecordedStorm(300, 1);
    for (int i = 0; i < 130; i++) {
      storm.record();
      storm.advance(i % 3 == 0 ? 60 : 2);
    }
    assertEqual(storm.bulks, played(storm.file.toByteArray()));
    long plain = storm.bulks.stream().mapToLong(bulk -> bulk.length).sum();
    assertTrue(storm.file.size() < plain / 10, storm.file.size() + " of " + plain);
  }

  @Test
  void everyMomentCanBeChosenInAnyOrder() throws IOException, BulkFormatException {
    RecordedStorm storm = new RecordedStorm(20, 2);
    for (int i = 0; i < 150; i++) {
      storm.record();
      storm.advance(2);
    }
    Files.write(path, storm.file.toByteArray());
    Random random = new Random(3);
    try (Recording recording = Recording.open(path)) {
      assertEquals(150, recording.moments().size());
      assertEquals(Optional.empty(), recording.problem());
      for (int i = 0; i < 300; i++) {
        int index = i < 150 ? i : random.nextInt(150);
        BulkReader bulk = recording.bulk(index);
        assertArrayEquals(storm.bulks.get(index), bytes(bulk), "bulk " + index);
        assertEquals(index, recording.find(recording.moments().get(index).realtimeNs()));
      }
    }
  }

  @Test
  void gapsAreInTheFile() throws IOException, BulkFormatException {
    RecordedStorm storm = new RecordedStorm(2, 4);
    storm.record();
    Recording.Gap gap =
        new Recording.Gap(Optional.of(GapCause.RESTARTED), storm.realtimeNs(), 5 * SECOND);
    storm.advance(0);
    storm.record(Optional.of(gap));
    storm.advance(0);
    storm.record();
    Files.write(path, storm.file.toByteArray());
    try (Recording recording = Recording.open(path)) {
      List<Optional<Recording.Gap>> gaps =
          recording.moments().stream().map(Recording.Moment::gap).toList();
      assertEquals(List.of(Optional.empty(), Optional.of(gap), Optional.empty()), gaps);
    }
    RecordingReader reader = new RecordingReader(Files.newInputStream(path));
    assertTrue(reader.advance() && reader.gapNs() == 0);
    assertTrue(reader.advance() && reader.gapNs() == 5 * SECOND);
    assertTrue(reader.advance() && reader.gapNs() == 0);
    assertFalse(reader.advance());
  }

  /** At any moment of its growth the file can be read as far as its blocks are whole. */
  @Test
  void aFileThatIsStillWrittenCanBeRead() throws IOException, BulkFormatException {
    RecordedStorm storm = new RecordedStorm(3, 5);
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      storm.record();
      storm.advance(1);
      ends.add(storm.file.size());
    }
    byte[] file = storm.file.toByteArray();
    Files.write(path, new byte[0]);
    try (Recording recording = Recording.open(path)) {
      for (int length = 0; length <= file.length; length += 8) {
        Files.write(path, Arrays.copyOf(file, length));
        recording.refresh();
        int size = length;
        long whole = ends.stream().filter(end -> end <= size).count();
        assertEquals(whole, recording.moments().size());
        if (whole > 0) {
          byte[] last = storm.bulks.get((int) whole - 1);
          assertArrayEquals(last, bytes(recording.bulk((int) whole - 1)));
        }
      }
    }
  }

  @Test
  void bulksOneAfterAnotherAreARecordingToo() throws IOException, BulkFormatException {
    RecordedStorm storm = new RecordedStorm(3, 6);
    storm.record();
    storm.file.writeBytes(storm.bulk());
    storm.bulks.add(storm.bulk());
    byte[] file = storm.file.toByteArray();
    // The sequence number of the second copy is another one.
    Files.write(path, file);
    try (Recording recording = Recording.open(path)) {
      assertEquals(2, recording.moments().size());
      assertArrayEquals(storm.bulks.get(0), bytes(recording.bulk(0)));
      assertEquals(storm.bulks.get(1).length, recording.bulk(1).size());
    }
    assertEquals(2, played(file).size());
  }

  @Test
  void aBulkThatIsWrongIsNotRecorded() {
    RecordedStorm storm = new RecordedStorm(3, 7);
    byte[] cut = Arrays.copyOf(storm.bulk(), 400);
    assertThrows(BulkFormatException.class, () -> storm.writer.append(cut, Optional.empty()));
    byte[] longer = Arrays.copyOf(storm.bulk(), storm.bulk().length + 8);
    assertThrows(BulkFormatException.class, () -> storm.writer.append(longer, Optional.empty()));
    assertEquals(0, storm.file.size());
  }

  @Test
  void momentsAreNamed() throws IOException, BulkFormatException {
    RecordedStorm storm = new RecordedStorm(1, 8);
    for (int i = 0; i < 100; i++) {
      storm.record();
      storm.advance(0);
    }
    Files.write(path, storm.file.toByteArray());
    try (Recording recording = Recording.open(path)) {
      assertEquals(OptionalInt.of(99), PointInTime.parse("last").find(recording));
      assertEquals(OptionalInt.of(39), PointInTime.parse("-1m").find(recording));
      assertEquals(OptionalInt.of(96), PointInTime.parse("-3s").find(recording));
      assertEquals(OptionalInt.empty(), PointInTime.parse("-1d").find(recording));
      assertEquals(OptionalInt.of(7), PointInTime.parse("2026-01-01T00:00:07.9Z").find(recording));
      assertEquals(
          OptionalInt.of(7), PointInTime.parse("2026-01-01T01:00:07+01:00").find(recording));
      assertEquals(OptionalInt.empty(), PointInTime.parse("2025-12-31T23:00:00Z").find(recording));
      assertEquals(OptionalInt.of(99), PointInTime.parse("2030-01-01T00:00:00Z").find(recording));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "now", "5m", "-5", "-m", "-5y", "2026-01-01", "9999-01-01T00:00:00Z"})
  void otherNamesAreNone(String name) {
    assertThrows(DateTimeException.class, () -> PointInTime.parse(name));
  }
}
