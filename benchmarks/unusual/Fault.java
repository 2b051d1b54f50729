/** What is put into a made series at a known time. */
enum Fault {
  LEAK,
  RUNAWAY,
  STALL,
  STORM,
  FORK_BOMB,
  SILENCE
}
