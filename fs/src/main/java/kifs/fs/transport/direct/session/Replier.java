package kifs.fs.transport.direct.session;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import kifs.fs.transport.direct.protocol.Replies;
import kifs.fs.tree.Errno;

/** Answers requests. Every request gets one answer. Thread-safe. */
final class Replier {
  /** Bytes that the longest notification may have, which contains a name. */
  private static final int NOTIFICATION_BYTES = 4096;

  private final Channel channel;
  private final Requests requests;

  Replier(Channel channel, Requests requests) {
    this.channel = channel;
    this.requests = requests;
  }

  /** Begins an answer with a body of at most that many bytes, which its buffer is positioned at. */
  Answer begin(int bodyBytes) {
    Answer answer = channel.answer(bodyBytes);
    Replies.begin(answer.buffer());
    return answer;
  }

  /**
   * Sends the answer to a request; its body ends at the position of the buffer.
   *
   * @return false if the session has ended, so that the kernel doesn't know what was answered
   */
  boolean end(Answer answer, long unique) {
    Replies.end(answer.buffer(), unique);
    requests.end(unique);
    return channel.send(answer);
  }

  /**
   * Answers a request as {@link #begin} and {@link #end} do.
   *
   * @param body writes the body at the position of the buffer
   */
  boolean reply(long unique, int bodyBytes, Consumer<ByteBuffer> body) {
    try (Answer answer = begin(bodyBytes)) {
      body.accept(answer.buffer());
      return end(answer, unique);
    }
  }

  /** Answers a request that has no result. */
  void done(long unique) {
    reply(unique, 0, body -> {});
  }

  /**
   * Answers a request with an error.
   *
   * @param errno positive
   */
  void error(long unique, int errno) {
    requests.end(unique);
    try {
      send(buffer -> Replies.error(buffer, unique, errno));
    } catch (OutOfMemoryError e) {
      channel.refuse(unique, errno);
    }
  }

  /** Answers a request with ENOMEM, without any further memory. */
  void refuse(long unique) {
    requests.end(unique);
    channel.refuse(unique, Errno.ENOMEM.number());
  }

  /** Sends what isn't the answer to a pending request. */
  void send(Consumer<ByteBuffer> message) {
    try (Answer answer = channel.answer(NOTIFICATION_BYTES)) {
      message.accept(answer.buffer());
      channel.send(answer);
    }
  }
}
