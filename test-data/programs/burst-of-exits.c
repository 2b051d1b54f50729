/* Creates processes one after the other as fast as it can; each exits at once with status 3.
 * usage: burst-of-exits [COUNT]    default: 20000
 *
 * A reader of processes/each/notify/exit/occurs/any must be able to account for all of them: the
 * events that it read and the sum of their `lost` fields are COUNT, and the exits of other
 * processes, such as this one.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEFAULT_COUNT = 20000, STATUS = 3 };

int main(int count, char **words)
{
  for (int left = count > 1 ? atoi(words[1]) : DEFAULT_COUNT; left > 0; left--) {
    pid_t pid = vfork();
    if (pid < 0)
      return EXIT_FAILURE;
    if (pid == 0)
      _exit(STATUS);
    waitpid(pid, NULL, 0);
  }
  return EXIT_SUCCESS;
}
