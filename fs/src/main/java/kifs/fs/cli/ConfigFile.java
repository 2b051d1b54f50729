package kifs.fs.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * A configuration file: lines {@code option = value}, where the option has its name on the command
 * line, without the hyphens. An option without a value takes {@code yes} or {@code no}. Empty lines
 * and lines that begin with # are skipped. Not thread-safe.
 */
final class ConfigFile {
  /** Options that have no meaning in a file. */
  private static final Set<String> ONLY_ON_THE_COMMAND_LINE =
      Set.of("--config", "--help", "--version");

  /** A line is wrong. The message names the file and the line, and says why. */
  static final class BadLineException extends Exception {
    private static final long serialVersionUID = 1L;

    BadLineException(String message) {
      super(message);
    }
  }

  private final Path file;
  private final CommandLine daemon;

  /**
   * @param daemon the command line of the daemon, by which each line is checked
   */
  ConfigFile(Path file, CommandLine daemon) {
    this.file = file;
    this.daemon = daemon;
  }

  /** Whether an option can stand in a file. */
  static boolean mayContain(OptionSpec option) {
    return !ONLY_ON_THE_COMMAND_LINE.contains(option.longestName());
  }

  /** The name of an option in a file. */
  static String name(OptionSpec option) {
    return option.names()[0].substring(2);
  }

  /** What an option takes in a file. */
  static String values(OptionSpec option) {
    return option.arity().max() > 0 ? option.paramLabel() : "yes or no";
  }

  /** A value of an option: its default if it has one. */
  static String example(OptionSpec option) {
    if (option.arity().max() == 0) {
      return "no";
    }
    return option.defaultValue() == null ? option.paramLabel() : option.defaultValue();
  }

  /**
   * Reads the file.
   *
   * @return its options as arguments of a command line, in the order of the lines
   * @throws IOException if it can't be read
   * @throws BadLineException if a line is wrong
   */
  List<String> arguments() throws IOException, BadLineException {
    List<String> arguments = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      number++;
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        add(text, number, arguments);
      }
    }
    return arguments;
  }

  private void add(String text, int number, List<String> arguments) throws BadLineException {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw bad(number, "not `option = value`: " + text);
    }
    String name = text.substring(0, equals).strip();
    String value = text.substring(equals + 1).strip();
    OptionSpec option = daemon.getCommandSpec().optionsMap().get("--" + name);
    if (option == null || !mayContain(option)) {
      throw bad(number, "no option " + name);
    }
    if (option.arity().max() > 0) {
      arguments.add(checked("--" + name + "=" + value, number));
    } else if (value.equals("yes")) {
      arguments.add("--" + name);
    } else if (!value.equals("no")) {
      throw bad(number, name + " is neither yes nor no: " + value);
    }
  }

  /** Parses one argument with any mountpoint, only to find out whether it is right. */
  private String checked(String argument, int number) throws BadLineException {
    try {
      daemon.parseArgs(argument, "/");
      return argument;
    } catch (ParameterException e) {
      String reason = String.valueOf(e.getMessage()).replaceFirst("^Invalid value [^:]*: ", "");
      throw bad(number, argument.substring(2).replaceFirst("=.*", "") + ": " + reason);
    }
  }

  private BadLineException bad(int number, String reason) {
    return new BadLineException(file + ": line " + number + ": " + reason);
  }
}
