package kifs.kernel.query;

/** How many fields a snapshot shall have; which ones that are is the source's to say. */
public enum Detail {
  /** What costs least. */
  LIGHT,
  /** What a monitor usually wants. */
  NORMAL,
  /** All that the source can get. */
  FULL
}
