import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A Java program that waits: by reading a whole file, and by a channel that follows. */
public final class NioClient {
  public static void main(String[] arguments) throws IOException {
    System.out.println("whole");
    System.out.print(Files.readString(Path.of(arguments[0])));
    try (FileChannel channel =
        FileChannel.open(Path.of(arguments[1] + ",follow"), StandardOpenOption.READ)) {
      System.out.println("following");
      ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
      while (channel.read(buffer) > 0) {
        System.out.print(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        buffer.clear();
      }
    }
    System.out.println("end");
  }
}
