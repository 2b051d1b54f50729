package kifs.kernel.linux.limits;

import java.util.Optional;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.limits.LimitException;
import kifs.kernel.limits.NiceValue;

/** {@code oom_score_adj}: a file of /proc, which the kernel lets the client open and write. */
final class OomScoreAdjustment implements Setting {
  private static final String FILE = "oom_score_adj";

  @Override
  public Optional<EntityLimits.Owner> owner(LimitTarget target) {
    try {
      return Optional.of(target.inDirectory(dir -> ClientFile.owner(dir, FILE)));
    } catch (LimitException e) {
      return Optional.empty();
    }
  }

  @Override
  public String read(LimitTarget target) {
    return target.inDirectory(dir -> ClientFile.read(dir, FILE));
  }

  @Override
  public void write(LimitTarget target, String text, ClientIdentity client) {
    String value = Integer.toString(NiceValue.parseOomScoreAdj(text));
    target.inDirectory(
        dir -> {
          ClientFile.write(client, dir, FILE, value);
          return true;
        });
  }
}
