import java.io.IOException;
import java.nio.file.Path;
import kifs.notifier.history.detector.SeriesStore;

/**
 * Compares kifs' detector of what is unusual with a plain 3-sigma rule and a relative-entropy test.
 *
 * <pre>
 * Trial made [COUNT [SEED]]   made series with faults at known times
 * Trial speed                 what an update costs
 * Trial data DIRECTORY...     public labelled series of any unit, see PublicData
 * Trial host DIRECTORY...     series of 1 Hz without faults, whose floors are known, see HostData
 * </pre>
 */
final class Trial {
  /**
   * The series that are scored. Those that the constants were chosen by had the seeds 7 to 43, and
   * 20,261,130.
   */
  private static final long SEED = 20_261_201;

  private static final long SECOND = 1_000_000_000L;

  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 1 && arguments[0].equals("data")) {
      for (int i = 1; i < arguments.length; i++) {
        PublicData.score(Path.of(arguments[i]));
      }
      return;
    }
    if (arguments.length > 1 && arguments[0].equals("host")) {
      for (int i = 1; i < arguments.length; i++) {
        HostData.score(Path.of(arguments[i]));
      }
      return;
    }
    if (arguments.length == 1 && arguments[0].equals("speed")) {
      Speed.measure();
      return;
    }
    int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3_000;
    long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : SEED;
    made(count, seed, "kifs", Trial::kifs);
    made(count, seed, "3 sigma", floor -> new ThreeSigma());
    made(count, seed, "relative entropy", floor -> new RelativeEntropy());
  }

  static Rule kifs(double floor) {
    SeriesStore store = new SeriesStore(1, SECOND);
    return (timeNs, value) -> store.update(0, timeNs, value, floor);
  }

  private static void made(int count, long seed, String name, Rule.Maker maker) {
    Generator generator = new Generator(seed);
    Tally tally = new Tally(name);
    for (int i = 0; i < count; i++) {
      Series series = generator.next(i);
      tally.run(series, maker.make(series.floor()));
    }
    tally.print();
  }
}
