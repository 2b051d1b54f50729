package kifs.fs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class UserLimitTest {
  private final UserLimit limit = new UserLimit(2, 3, Errno.ENFILE, "open files");

  private void refused(long uid) {
    FsException e = assertThrows(FsException.class, () -> limit.take(uid));
    assertEquals(Errno.ENFILE, e.errno());
  }

  @Test
  void aUserHasItsOwnMaximum() {
    limit.take(1);
    limit.take(1);
    refused(1);
    limit.take(2);
    limit.give(1);
    limit.take(1);
    refused(1);
  }

  @Test
  void allUsersTogetherHaveAMaximumWhichRootHasNot() {
    limit.take(1);
    limit.take(2);
    limit.take(3);
    refused(4);
    for (int i = 0; i < 10; i++) {
      limit.take(UserLimit.ROOT);
    }
    assertEquals(3, limit.all());
    limit.give(3);
    limit.take(4);
    refused(3);
    limit.give(UserLimit.ROOT);
    assertEquals(3, limit.all());
  }
}
