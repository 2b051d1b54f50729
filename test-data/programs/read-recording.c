/* Reads a recording by schema/kifs.h, and prints for each bulk the gap before it in ns, its size and
 * its CRC-32, and then "end" or what is wrong.
 *
 *   read-recording FILE...    the output for each file ends in one line
 */
#define _POSIX_C_SOURCE 200809L
#define KIFS_RECORDINGS
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "kifs.h"

int main(int argc, char **argv)
{
  for (int i = 1; i < argc; i++) {
    struct kifs_recording recording;
    int fd = open(argv[i], O_RDONLY);
    if (fd < 0) {
      perror(argv[i]);
      return 1;
    }
    kifs_recording_begin(&recording, fd);
    while (kifs_recording_next(&recording)) {
      const struct kifs_bulk *bulk = &recording.bulk;
      printf("%" PRIu64 " %zu %08" PRIx32 " ", recording.gap_ns, bulk->bytes,
             kifs_crc(&recording, bulk->data, bulk->bytes));
    }
    printf("%s\n", recording.error ? "bad" : "end");
    kifs_recording_end(&recording);
    close(fd);
  }
  return 0;
}
