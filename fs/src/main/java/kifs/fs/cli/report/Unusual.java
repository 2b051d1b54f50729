package kifs.fs.cli.report;

import kifs.fs.cli.table.Units;
import kifs.notifier.history.detector.LoneSeries;
import kifs.notifier.history.detector.SeriesStore;

/** Finds what is unusual in the series that the page shows, by the detector. Stateless. */
final class Unusual {
  private Unusual() {}

  static void find(Incident incident) {
    incident.figures.forEach(
        (figure, series) -> find(incident, series, "The host: " + figure.title, figure.unit));
    for (Story story : incident.matter()) {
      boolean isOdd = find(incident, story.cpu, story.title() + ": CPU time", "%");
      isOdd |= find(incident, story.rss, story.title() + ": memory", "bytes");
      story.isNotable |= isOdd;
    }
  }

  /** Adds an event where a series becomes unusual. */
  private static boolean find(Incident incident, Series series, String what, String unit) {
    LoneSeries detector = new LoneSeries();
    boolean isOdd = false;
    boolean wasOdd = false;
    for (int moment = 0; moment < incident.times.size(); moment++) {
      double value = series.get(moment);
      if (Double.isNaN(value)) {
        continue;
      }
      long time = incident.times.get(moment);
      boolean isNow = detector.update(time, value) >= SeriesStore.UNUSUAL;
      if (isNow && !wasOdd) {
        String shown = Page.value(value, unit);
        String score = Units.fixed(detector.score(), 1);
        incident.add(time, what + " is unusual: " + shown + ", score " + score, true);
        isOdd = true;
      }
      wasOdd = isNow;
    }
    return isOdd;
  }
}
