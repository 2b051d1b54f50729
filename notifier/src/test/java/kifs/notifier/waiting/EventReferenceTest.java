package kifs.notifier.waiting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import kifs.notifier.metric.Metrics;
import kifs.testing.Project;
import org.junit.jupiter.api.Test;

/** The reference in docs/notify.md is that of the code. */
class EventReferenceTest {
  @Test
  void theDocumentHasEveryFieldOfEveryMetric() throws IOException {
    String document = Files.readString(Project.ROOT.resolve("docs/notify.md"));
    int section = document.indexOf(EventReference.HEADING);
    assertTrue(section > 0, "no section 12");
    assertEquals(EventReference.text(), document.substring(section), "renew it: CONTRIBUTING.md");
    Metrics.ALL.forEach(
        metric -> assertTrue(document.contains("\n| `" + metric.name() + "` | "), metric.name()));
  }

  /** docs/notify.md 2.5: every event begins with the same 14 keys. */
  @Test
  void fieldsThatSomeEventsHaveComeLast() {
    EventField[] fields = EventField.values();
    for (int i = 0; i < fields.length; i++) {
      assertEquals(i >= 14, fields[i].isOptional(), fields[i].key());
    }
  }
}
