package kifs.fs.cli.series;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import kifs.notifier.history.detector.LoneSeries;

/**
 * Writes a line {@code timestamp,value,score,flag} for each line {@code timestamp,value}, in order
 * and in constant memory. Not thread-safe.
 */
public final class SeriesScorer {
  private static final int OUTPUT_BYTES = 1 << 16;
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  private final LoneSeries series;
  private final double threshold;
  private final PrintStream errors;

  /**
   * @param threshold the flag is 1 from this score on
   * @param errors gets a message for each bad line
   */
  public SeriesScorer(LoneSeries series, double threshold, PrintStream errors) {
    this.series = series;
    this.threshold = threshold;
    this.errors = errors;
  }

  /**
   * Scores lines to the end of the input. The output is flushed before each read of the input.
   *
   * @return the number of bad lines. They have no line in the output.
   */
  public long score(InputStream in, OutputStream out) throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(out, OUTPUT_BYTES);
    Lines lines = new Lines(in, buffered);
    long bad = 0;
    while (lines.advance()) {
      try {
        score(lines, buffered);
      } catch (BadLineException e) {
        bad++;
        errors.println("line " + lines.number() + ": " + e.getMessage());
      }
    }
    buffered.flush();
    return bad;
  }

  private void score(Lines lines, OutputStream out) throws IOException, BadLineException {
    if (lines.isTooLong()) {
      throw new BadLineException("longer than " + Lines.MAX_BYTES + " bytes");
    }
    String line = lines.text();
    if (lines.number() == 1) {
      line = line.startsWith(BYTE_ORDER_MARK) ? line.substring(BYTE_ORDER_MARK.length()) : line;
    }
    if (line.isEmpty() || lines.number() == 1 && Sample.isHeader(line)) {
      return;
    }
    Sample sample = Sample.parse(line);
    double score = series.update(sample.timeNs(), sample.value());
    StringBuilder answer = new StringBuilder(line.length() + 16);
    answer.append(sample.time()).append(',').append(sample.number()).append(',');
    appendScore(score, answer);
    answer.append(score >= threshold ? ",1\n" : ",0\n");
    out.write(answer.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The detector has scores in hundredths. */
  private static void appendScore(double score, StringBuilder to) {
    long hundredths = Math.round(score * 100);
    long fraction = hundredths % 100;
    to.append(hundredths / 100).append(fraction < 10 ? ".0" : ".").append(fraction);
  }
}
