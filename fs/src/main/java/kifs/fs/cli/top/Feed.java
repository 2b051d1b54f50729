package kifs.fs.cli.top;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import org.jspecify.annotations.Nullable;

/** Where bulks come from. Not thread-safe. */
interface Feed extends Closeable {
  /**
   * A bulk to show.
   *
   * @param bulk valid until the next call of {@link Feed#read}
   * @param before the bulk before it, of the same boot and with the same kind of records; null if
   *     there is none
   */
  record Frame(BulkReader bulk, @Nullable BulkReader before) {}

  /** What a mount or a file says about a row. */
  record Detail(String text, double[] series) {}

  /**
   * Reads a bulk with records of a kind: of a mount the present one, of a file that of the chosen
   * moment.
   *
   * @throws IOException if there is nothing to read; a later call may succeed
   * @throws BulkFormatException if what was read is no bulk
   */
  Frame read(Kind kind) throws IOException, BulkFormatException;

  /**
   * Asks for more than the cheapest fields from now on.
   *
   * @return whether the next bulk may have fields that the last one lacked
   */
  boolean readMore();

  /** Whether there is something new by itself, so that the view refreshes. */
  boolean isLive();

  /**
   * Goes to another moment.
   *
   * @return whether there is another one
   */
  boolean move(int moments);

  /** Which moment of how many this is; empty for a mount. */
  String moment();

  /** Why a row is marked as unusual; empty if it isn't. */
  String unusual(Kind kind, int id);

  /** What else is known about a row, such as its history. */
  Optional<Detail> detail(Kind kind, int pid, int id);

  /** The name of a user; empty if it isn't known. */
  String userName(long uid);
}
