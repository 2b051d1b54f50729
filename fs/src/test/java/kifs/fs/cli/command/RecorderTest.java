package kifs.fs.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.recording.GapCause;
import kifs.kernel.recording.Recording;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderTest {
  private static final long SECOND = SampleBulks.SECOND;
  private static final long HOUR = 3600 * SECOND;

  @TempDir Path directory;
  private Path file;
  private final Time time = new Time();
  private final Mount mount = new Mount();
  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void name() {
    file = directory.resolve("r");
  }

  /** A clock that goes on when somebody waits. */
  private static final class Time implements Recorder.Clock {
    long ns;

    /** When the recorder is asked to stop, ns after the start. */
    long stopNs = Long.MAX_VALUE;

    @Override
    public long realtimeNs() {
      return SampleBulks.NEW_YEAR_NS + ns;
    }

    @Override
    public long monotonicNs() {
      return ns;
    }

    @Override
    public boolean await(long waitNs) {
      ns = Math.min(stopNs, ns + waitNs);
      return ns == stopNs;
    }
  }

  /** A mount whose reads take time, fail, or come from another daemon, at chosen times. */
  private final class Mount implements Recorder.Source {
    long slowAtNs = -1;
    long slowNs;
    long failsFromNs = Long.MAX_VALUE;
    long failsToNs = Long.MAX_VALUE;
    long wrongAtNs = -1;
    long otherDaemonFromNs = Long.MAX_VALUE;

    @Override
    public byte[] read() throws IOException {
      long beganNs = time.ns;
      if (beganNs == slowAtNs) {
        time.ns += slowNs;
      }
      if (beganNs >= failsFromNs && beganNs < failsToNs) {
        throw new IOException("gone");
      }
      return beganNs == wrongAtNs ? new byte[8] : SampleBulks.at(beganNs, SampleBulks.THREE);
    }

    @Override
    public long daemon() {
      return time.ns >= otherDaemonFromNs ? 2 : 1;
    }
  }

  private boolean record(Rotation.Rules rules, long everyNs, long forNs)
      throws IOException, BulkFormatException {
    try (Rotation rotation = new Rotation(file, rules, time.realtimeNs())) {
      Recorder.Progress progress =
          new Recorder.Progress() {
            @Override
            public void recorded(long bulks, long bytes) {}

            @Override
            public void note(String message) {
              notes.add(message);
            }
          };
      return new Recorder(rotation, everyNs, mount, time, progress).record(mount.read(), forNs);
    }
  }

  /** The moments of the file in s after the start, each after the gap before it. */
  private List<String> moments() throws IOException {
    try (Recording recording = Recording.open(file)) {
      assertEquals(Optional.empty(), recording.problem());
      List<String> moments = new ArrayList<>();
      for (Recording.Moment moment : recording.moments()) {
        moment.gap().ifPresent(gap -> moments.add(text(gap)));
        moments.add(Long.toString((moment.realtimeNs() - SampleBulks.NEW_YEAR_NS) / SECOND));
      }
      return moments;
    }
  }

  private static String text(Recording.Gap gap) {
    GapCause cause = gap.cause().orElseThrow();
    long fromS = (gap.realtimeNs() - SampleBulks.NEW_YEAR_NS) / SECOND;
    return cause + " " + fromS + " for " + gap.lengthNs() / SECOND;
  }

  @Test
  void aBulkIsTakenAtEachInterval() throws IOException, BulkFormatException {
    assertTrue(record(Rotation.Rules.ONE_FILE, 2 * SECOND, 7 * SECOND));
    assertEquals(List.of("0", "2", "4", "6"), moments());
  }

  @Test
  void itStopsWhenItIsAskedTo() throws IOException, BulkFormatException {
    time.stopNs = 3 * SECOND + 1;
    assertTrue(record(Rotation.Rules.ONE_FILE, SECOND, Long.MAX_VALUE));
    assertEquals(List.of("0", "1", "2", "3"), moments());
  }

  @Test
  void aLateBulkLeavesAGap() throws IOException, BulkFormatException {
    mount.slowAtNs = 2 * SECOND;
    mount.slowNs = 3 * SECOND + SECOND / 2;
    assertTrue(record(Rotation.Rules.ONE_FILE, SECOND, 8 * SECOND));
    assertEquals(List.of("0", "1", "2", "LATE 2 for 3", "5", "6", "7"), moments());
  }

  @Test
  void aMountThatCanNotBeReadLeavesAGap() throws IOException, BulkFormatException {
    mount.failsFromNs = 2 * SECOND;
    mount.failsToNs = 5 * SECOND;
    assertTrue(record(Rotation.Rules.ONE_FILE, SECOND, 7 * SECOND));
    assertEquals(List.of("0", "1", "UNREADABLE 1 for 4", "5", "6"), moments());
    assertEquals(List.of("gone; trying again until it works", "recording again"), notes);
  }

  @Test
  void anotherDaemonLeavesAGap() throws IOException, BulkFormatException {
    mount.failsFromNs = 2 * SECOND;
    mount.failsToNs = 3 * SECOND;
    mount.otherDaemonFromNs = 3 * SECOND;
    assertTrue(record(Rotation.Rules.ONE_FILE, SECOND, 5 * SECOND));
    assertEquals(List.of("0", "1", "RESTARTED 1 for 2", "3", "4"), moments());
  }

  @Test
  void aBulkThatIsWrongIsMissing() throws IOException, BulkFormatException {
    mount.wrongAtNs = 2 * SECOND;
    assertTrue(record(Rotation.Rules.ONE_FILE, SECOND, 5 * SECOND));
    assertEquals(List.of("0", "1", "UNREADABLE 1 for 2", "3", "4"), moments());
  }

  @Test
  void aMountThatStaysUnreadableIsAFailure() throws IOException, BulkFormatException {
    mount.failsFromNs = 2 * SECOND;
    assertFalse(record(Rotation.Rules.ONE_FILE, SECOND, 4 * SECOND));
    assertEquals(List.of("0", "1"), moments());
  }

  @Test
  void earlierFilesAreKeptForATime() throws IOException, BulkFormatException {
    record(new Rotation.Rules(Long.MAX_VALUE, HOUR, 3 * HOUR), HOUR / 2, 6 * HOUR);
    assertEquals(
        List.of(
            "r",
            "r.20260101T020000.000Z",
            "r.20260101T030000.000Z",
            "r.20260101T040000.000Z",
            "r.20260101T050000.000Z"),
        files());
    assertEquals(List.of("18000", "19800"), moments());
    // Each file can be read without the others.
    file = directory.resolve("r.20260101T040000.000Z");
    assertEquals(List.of("10800", "12600"), moments());
  }

  @Test
  void aFileThatIsLargeEnoughIsFollowedByAnother() throws IOException, BulkFormatException {
    record(new Rotation.Rules(1, Long.MAX_VALUE, Long.MAX_VALUE), SECOND, 3 * SECOND);
    assertEquals(List.of("r", "r.20260101T000001.000Z", "r.20260101T000002.000Z"), files());
  }

  @Test
  void aFileThatExistsIsOnlyMovedAwayByARotation() throws IOException, BulkFormatException {
    Files.writeString(file, "mine");
    assertThrows(
        FileAlreadyExistsException.class, () -> record(Rotation.Rules.ONE_FILE, SECOND, SECOND));
    assertEquals("mine", Files.readString(file));
    record(new Rotation.Rules(Long.MAX_VALUE, HOUR, Long.MAX_VALUE), SECOND, SECOND);
    assertEquals("mine", Files.readString(directory.resolve("r.20260101T000000.000Z")));
    assertEquals(List.of("0"), moments());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      TreeSet<String> names = new TreeSet<>();
      all.forEach(path -> names.add(path.getFileName().toString()));
      return List.copyOf(names);
    }
  }
}
