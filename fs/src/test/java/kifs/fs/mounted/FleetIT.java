package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kifs.fs.root.StrictMetrics;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code metrics} on its way to Prometheus, by the scripts of examples/fleet. Where Debian's
 * package prometheus is installed, Prometheus itself reads it.
 */
@Timeout(120)
class FleetIT {
  private static final Path FLEET = Project.ROOT.resolve("examples/fleet");

  @Mounted("fleet")
  private static MountedKifs kifs;

  @TempDir Path directory;

  @AfterEach
  void close() {
    Program.closeAll();
  }

  private static void assumeInstalled(String command) {
    assumeTrue(Run.bash("type -P \"$1\"", command).result().status() == 0, command);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String script(String name) {
    return FLEET.resolve(name).toString();
  }

  @Test
  void theTextIsValidInBothFormats() {
    StrictMetrics plain = StrictMetrics.parse(kifs.read("metrics"), false);
    assertTrue(plain.get("kifs_host_memory_total_bytes") > 1 << 20);
    assertTrue(plain.get("kifs_program_processes{program=\"kifs\"}") >= 1, "the daemon itself");
    StrictMetrics.parse(kifs.read("metrics?format=openmetrics&top=100"), true);
  }

  @Test
  void promtoolAcceptsTheText() {
    assumeInstalled("promtool");
    Run.bash("promtool check metrics < \"$1\"", kifs.path("metrics?top=1000")).silent();
  }

  @Test
  void promtoolAcceptsTheRules() {
    assumeInstalled("promtool");
    Run.of("promtool", "check", "rules", script("kifs.rules.yml")).ok();
    Run.of("promtool", "test", "rules", script("kifs.rules.test.yml")).ok();
    Run.of("promtool", "check", "config", script("prometheus.yml")).ok();
  }

  @Test
  void aTextfileIsReplacedAsAWhole() throws IOException {
    Path file = directory.resolve("kifs.prom");
    Run.of(script("kifs-textfile.sh"), kifs.path().toString(), directory.toString()).silent();
    Object first = Files.getAttribute(file, "unix:ino");
    StrictMetrics.parse(Files.readString(file), false);
    Run.of(script("kifs-textfile.sh"), kifs.path().toString(), directory.toString()).silent();
    assertNotEquals(first, Files.getAttribute(file, "unix:ino"));
    Path cut = Files.createDirectories(directory.resolve("cut"));
    Files.writeString(cut.resolve("metrics"), "kifs_host_load1 1\n");
    String before = Files.readString(file);
    Run.Result result =
        Run.of(script("kifs-textfile.sh"), cut.toString(), directory.toString()).result();
    assertEquals(1, result.status(), result::toString);
    assertEquals(before, Files.readString(file));
    try (var files = Files.list(directory)) {
      assertEquals(2, files.count(), "nothing else is left");
    }
  }

  private String http(String request, Path mountpoint) {
    return Run.bash("printf \"$1\" | \"$2\" \"$3\"", request, script("kifs-metrics.sh"), mountpoint)
        .silent()
        .out();
  }

  @Test
  void aRequestByHttpIsAnsweredInTheFormatThatItAccepts() {
    String plain = http("GET /metrics HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n", kifs.path());
    assertTrue(plain.startsWith("HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4"));
    String[] parts = plain.split("\r\n\r\n", 2);
    StrictMetrics.parse(parts[1], false);
    assertTrue(parts[0].contains("Content-Length: " + parts[1].length()), parts[0]);
    String open =
        http(
            "GET /metrics HTTP/1.1\\r\\nAccept: application/openmetrics-text\\r\\n\\r\\n",
            kifs.path());
    assertTrue(open.contains("\r\nContent-Type: application/openmetrics-text; version=1.0.0"));
    StrictMetrics.parse(open.split("\r\n\r\n", 2)[1], true);
    String head = http("HEAD /metrics HTTP/1.1\\r\\n\\r\\n", kifs.path());
    assertTrue(head.endsWith("\r\n\r\n"), head);
    assertTrue(
        http("GET /etc/passwd HTTP/1.1\\r\\n\\r\\n", kifs.path()).startsWith("HTTP/1.0 404"));
    assertTrue(http("POST /metrics HTTP/1.1\\r\\n\\r\\n", kifs.path()).startsWith("HTTP/1.0 405"));
    assertTrue(http("GET /metrics HTTP/1.1\\r\\n\\r\\n", directory).startsWith("HTTP/1.0 503"));
    assertEquals("", http("", kifs.path()));
  }

  /** Prometheus scrapes the script, which systemd's tool starts as systemd does. */
  @Test
  void aPrometheusScrapes() throws IOException {
    assumeInstalled("prometheus");
    assumeInstalled("systemd-socket-activate");
    int port = freePort();
    Path config = directory.resolve("prometheus.yml");
    Files.writeString(
        config,
        Files.readString(FLEET.resolve("prometheus.yml"))
            .replace("127.0.0.1:9877", "127.0.0.1:" + port)
            .replace("scrape_interval: 15s", "scrape_interval: 1s")
            .replace("evaluation_interval: 15s", "evaluation_interval: 1s"));
    Files.copy(FLEET.resolve("kifs.rules.yml"), directory.resolve("kifs.rules.yml"));
    int web = freePort();
    String address = "127.0.0.1:" + web;
    Program.start(
        Run.of(
            "systemd-socket-activate",
            "--listen=127.0.0.1:" + port,
            "--accept",
            "--inetd",
            script("kifs-metrics.sh"),
            kifs.path().toString()));
    Program.start(
        Run.of(
            "prometheus",
            "--config.file=" + config,
            "--storage.tsdb.path=" + directory.resolve("data"),
            "--web.listen-address=" + address));
    for (String query :
        List.of(
            "kifs_host_load1",
            "kifs_host_context_switches_total",
            "kifs_program_memory_bytes{program=\"kifs\"}",
            "instance:kifs_host_memory_available:ratio")) {
      Await.until(query, () -> isThere(address, query));
    }
    assertFalse(isThere(address, "up == 0"), "a scrape failed");
  }

  private static boolean isThere(String address, String query) {
    Run.Result result = Run.of("promtool", "query", "instant", "http://" + address, query).result();
    return result.status() == 0 && result.out().contains("=>");
  }

  /** A small Alertmanager prints what it gets. */
  @Test
  void anEventBecomesAnAlert() throws IOException {
    assumeInstalled("curl");
    int port = freePort();
    Program manager =
        Program.start(
            Run.python(
                """
                import http.server, json, sys
                class Manager(http.server.BaseHTTPRequestHandler):
                    def do_POST(self):
                        alerts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                        self.send_response(200)
                        self.end_headers()
                        for alert in alerts:
                            print(self.path, alert["labels"]["comm"], alert["labels"]["metric"],
                                  alert["annotations"]["summary"], flush=True)
                    def log_message(self, *_):
                        pass
                server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Manager)
                print("ready", flush=True)
                server.serve_forever()
                """,
                port));
    assertEquals("ready", manager.line());
    try (Program hog = Program.hog()) {
      Program alerts =
          kifs.startWaiter(
              Run.of(
                  script("kifs-alert.sh"),
                  "http://127.0.0.1:" + port,
                  kifs.path("processes/" + hog.pid() + "/notify/fds/above/50").toString()));
      hog.command("fds 60");
      assertEquals("/api/v2/alerts kifs-hog fds fds of kifs-hog is 60 count", manager.line());
      alerts.kill();
    }
  }
}
