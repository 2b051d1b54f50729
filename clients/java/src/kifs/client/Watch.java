package kifs.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Prints how many processes there are, waits for one event, and prints what it is about.
 *
 * <pre>java -cp kifs-client.jar kifs.client.Watch /mnt/kernel processes/each/notify/rss/above/8G
 * </pre>
 */
public final class Watch {
  private Watch() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Tree tree = new Tree(Path.of(arguments[0]));
    try (Table table = tree.table("", "tags=process");
        Events events = tree.events(List.of(arguments[1]), true)) {
      table.update();
      System.out.println("processes: " + table.records("PROCESS").size());
      Map<String, String> event = events.next(Long.MAX_VALUE / 1_000_000);
      if (event == null) {
        System.err.println("watch: " + arguments[1] + " has vanished");
        System.exit(1);
      }
      System.out.println(
          event.get("entity")
              + ": "
              + event.get("metric")
              + " is "
              + event.get("value")
              + " "
              + event.get("unit"));
      table.update();
      Row process = table.records("PROCESS").get(List.of(Long.parseLong(event.get("pid"))));
      if (process != null) {
        System.out.println(
            process.text("comm") + " has " + process.number("threads").orElse(0) + " threads");
      }
    }
  }
}
