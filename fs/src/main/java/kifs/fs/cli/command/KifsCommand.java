package kifs.fs.cli.command;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import kifs.fs.cli.table.BadTableException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * A command of {@code kifs}. Its options are made by calls, not by annotations: to read picocli's
 * annotations takes 0.2 s.
 */
interface KifsCommand {
  /** The command's options and its help, without --help and --version, which all commands have. */
  CommandSpec spec();

  /**
   * Does what the command is for.
   *
   * @return the exit status
   * @throws CommandException if it can't be done
   * @throws BadTableException if the arguments don't fit the tables of a bulk
   * @throws IOException if a file can't be read or written
   */
  int run(ParseResult arguments, Streams streams)
      throws IOException, CommandException, BadTableException;

  /** The exit status if a file can't be read or written, or is no bulk. */
  default int failureStatus() {
    return Kifs.FAILED;
  }

  /** A command without options, with the meaning of its exit statuses 0, 1 and so on. */
  static CommandSpec command(String name, String header, String... statuses) {
    CommandSpec spec = CommandSpec.create().name(name);
    Map<String, String> list = new LinkedHashMap<>();
    for (int i = 0; i < statuses.length; i++) {
      list.put(Integer.toString(i), statuses[i]);
    }
    spec.usageMessage().header(header).exitCodeListHeading("%nExit status:%n").exitCodeList(list);
    return spec;
  }

  /**
   * The arguments of a command.
   *
   * @param arity how many, as picocli has it: {@code 1}, {@code 2}, {@code 1..*}
   */
  static PositionalParamSpec argument(String label, String arity, String description) {
    Class<?> type = arity.equals("1") ? String.class : String[].class;
    return PositionalParamSpec.builder()
        .paramLabel(label)
        .arity(arity)
        .type(type)
        .description(description)
        .build();
  }

  /** An option with a value. */
  static OptionSpec.Builder option(String name, String value, Class<?> type, String description) {
    return OptionSpec.builder(name).paramLabel(value).type(type).description(description);
  }

  /** An option without a value. */
  static OptionSpec.Builder flag(String name, String description) {
    return OptionSpec.builder(name).type(boolean.class).description(description);
  }
}
