package kifs.fs.cli;

import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import kifs.fs.daemon.Daemon;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Reads the configuration again while the daemon runs. Stateless. */
final class Reload {
  /** The options that change without a restart. */
  static final Set<String> CHANGEABLE = Set.of("--waiters", "--user-waiters");

  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

  private Reload() {}

  /**
   * Applies what can change. The log says which other options differ from those that are in force.
   * If the configuration is wrong, nothing changes, and the log says why.
   */
  static void run(Main running, Daemon daemon) {
    Main again;
    try {
      again = running.again();
      daemon.limitWaiters(again.options());
    } catch (IOException
        | ConfigFile.BadLineException
        | ParameterException
        | IllegalArgumentException e) {
      LOG.warn("kifs: SIGHUP: the options stay as they are: {}", e.getMessage());
      return;
    }
    for (OptionSpec option : again.spec().options()) {
      String name = option.longestName();
      Object before = running.spec().findOption(name).getValue();
      if (!CHANGEABLE.contains(name) && !Objects.equals(before, option.getValue())) {
        LOG.warn("kifs: SIGHUP: {} changes only by a restart", name);
      }
    }
  }
}
