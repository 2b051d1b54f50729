package kifs.kernel.query;

/** How many fields a bulk shall have. Each source defines which fields each level includes. */
public enum Detail {
  /** The cheapest fields. */
  LIGHT,
  /** The fields that a monitor usually wants. */
  NORMAL,
  /** All fields that the source can read. */
  FULL
}
