import java.io.IOException;
import java.nio.file.Path;

final class PublicData {
  static void score(Path directory) throws IOException {
    throw new IOException(directory.toString());
  }
}
