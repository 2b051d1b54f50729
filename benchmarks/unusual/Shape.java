/** What a made series does as long as nothing is wrong. */
enum Shape {
  STEADY,
  PERIODIC,
  DRIFTING,
  BURSTY,
  IDLE,
  ON_OFF
}
