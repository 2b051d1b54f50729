package kifs.fs.root;

import java.util.HashMap;
import java.util.Map;
import kifs.fs.access.Viewer;
import kifs.fs.root.metrics.Exposition;
import kifs.fs.root.metrics.Family;
import kifs.fs.root.metrics.Part;

/** The figures of {@code about}, in {@code metrics}. Everybody may see them. Immutable. */
record DaemonPart(About about) implements Part {
  private static final String THING = "daemon";

  private static final Map<AboutLine, Family> FAMILIES = families();

  private static Map<AboutLine, Family> families() {
    Map<AboutLine, Family> families = new HashMap<>();
    for (AboutLine line : AboutLine.ALL) {
      switch (line.nature()) {
        case FIXED -> {}
        case GAUGE, COUNTER ->
            families.put(line, family(line, line.name(), line.unit(), line.meaning()));
        case LIST ->
            families.put(
                line, family(line, line.name() + ".lines", "", "of about: " + line.meaning()));
      }
    }
    return families;
  }

  private static Family family(AboutLine line, String name, String unit, String help) {
    boolean isCounter = line.nature() == AboutLine.Nature.COUNTER;
    return Family.of(THING, name, unit, isCounter, help);
  }

  @Override
  public void write(Viewer viewer, int top, Exposition out) {
    about
        .figures()
        .forEach(
            (line, figure) -> {
              Family family = FAMILIES.get(line);
              if (family != null) {
                out.add(family, "", figure);
              }
            });
  }
}
