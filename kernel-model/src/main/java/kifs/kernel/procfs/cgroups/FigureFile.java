package kifs.kernel.procfs.cgroups;

import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.record.Record;
import org.jspecify.annotations.Nullable;

/**
 * A file of a cgroup's directory. Immutable.
 *
 * @param isV2 whether it is a file of cgroup v2
 * @param controller the controller that must be in the hierarchy; null: none
 * @param fields mask of the fields of CGROUP that it has
 */
record FigureFile(
    FileName name, boolean isV2, @Nullable String controller, long fields, Parser parser) {

  /** Reads the text of a file. Stateless. */
  @FunctionalInterface
  interface Parser {
    /**
     * Fills the wanted fields that the text has.
     *
     * @param fields mask of the wanted fields of CGROUP
     */
    void parse(ByteCursor in, long fields, Record into);
  }
}
