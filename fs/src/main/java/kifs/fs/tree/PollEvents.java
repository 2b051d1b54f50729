package kifs.fs.tree;

/** Bits of poll(2), from the kernel's uapi/asm-generic/poll.h. */
public final class PollEvents {
  public static final int IN = 0x001;
  public static final int OUT = 0x004;
  public static final int ERR = 0x008;
  public static final int HUP = 0x010;
  public static final int RDNORM = 0x040;
  public static final int WRNORM = 0x100;

  /** The events that a plain file always reports. */
  public static final int ALWAYS = IN | OUT | RDNORM | WRNORM;

  private PollEvents() {}
}
