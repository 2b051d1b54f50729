package kifs.fs.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code kifs completion}: a script by which bash and zsh complete words. */
final class CompletionCommand implements KifsCommand {
  @Override
  public CommandSpec spec() {
    return KifsCommand.command(
        "completion", "Prints a script by which bash completes words.", "done", "failed", "misuse");
  }

  @Override
  public int run(ParseResult arguments, Streams streams) throws IOException {
    String script = AutoComplete.bash("kifs", Kifs.commandLine());
    streams.out().write(script.getBytes(StandardCharsets.UTF_8));
    return 0;
  }
}
