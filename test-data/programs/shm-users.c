/* Makes shared memory of every kind, mapped by this process and its child, or by no process:
 *
 *   shm-users TAG      prints a line for each object, then "ready"
 *
 *   KIND NAME SIZE RESIDENT USERS PARENTS_BYTES CHILDS_BYTES      the form of a line
 *
 * NAME is - for anonymous memory; other objects have the name that kifs shows. At the
 * end of its stdin the program removes all objects and ends. If it is killed, objects with names
 * remain.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1 << 20)

static long page;

static void must(int holds, const char *what)
{
  if (!holds) {
    perror(what);
    exit(1);
  }
}

static void *map(int fd, size_t bytes)
{
  void *at =
      mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
  must(at != MAP_FAILED, "mmap");
  return at;
}

static void touch(char *at, int pages)
{
  for (int i = 0; i < pages; i++)
    at[i * page] = 1;
}

static int posix(const char *name, size_t size)
{
  char path[300];
  snprintf(path, sizeof path, "/%s", name);
  int fd = shm_open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  must(fd >= 0 && ftruncate(fd, size) == 0, "shm_open");
  return fd;
}

static void remove_posix(const char *name)
{
  char path[300];
  snprintf(path, sizeof path, "/%s", name);
  must(shm_unlink(path) == 0, "shm_unlink");
}

int main(int count, char **arguments)
{
  char mapped[256], idle[256], unlinked[256], memfd[200], kept[200];
  must(count == 2, "usage: shm-users TAG");
  page = sysconf(_SC_PAGESIZE);
  snprintf(mapped, sizeof mapped, "%s-mapped", arguments[1]);
  snprintf(idle, sizeof idle, "%s-idle", arguments[1]);
  snprintf(unlinked, sizeof unlinked, "%s-unlinked", arguments[1]);
  snprintf(memfd, sizeof memfd, "%s-memfd", arguments[1]);
  snprintf(kept, sizeof kept, "%s-kept", arguments[1]);

  int fd = posix(mapped, 8 * MIB);
  touch(map(fd, 8 * MIB), 3);
  int nobodys = posix(idle, MIB);
  must(write(nobodys, arguments[1], 1) == 1, "write");
  close(nobodys);
  int hidden = posix(unlinked, 2 * MIB);
  map(hidden, 2 * MIB);
  close(hidden);
  remove_posix(unlinked);

  int attached = shmget(IPC_PRIVATE, 6 * MIB, IPC_CREAT | 0600);
  char *at = shmat(attached, NULL, 0);
  must(attached >= 0 && at != (void *)-1, "shmat");
  touch(at, 5);
  key_t key = 0x6b000000 | (getpid() & 0xffffff);
  int detached = shmget(key, 3 * MIB, IPC_CREAT | IPC_EXCL | 0600);
  must(detached >= 0, "shmget");

  touch(map(-1, 7 * MIB), 2);
  int anonymous = memfd_create(memfd, 0);
  must(anonymous >= 0 && ftruncate(anonymous, 5 * MIB) == 0, "memfd_create");
  int unmapped = memfd_create(kept, 0);
  must(unmapped >= 0 && ftruncate(unmapped, 4 * MIB) == 0, "memfd_create");

  int ready[2];
  char byte = 0;
  must(pipe(ready) == 0, "pipe");
  pid_t child = fork();
  must(child >= 0, "fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    map(fd, 4 * MIB);
    touch(map(anonymous, 5 * MIB), 1);
    must(write(ready[1], &byte, 1) == 1, "write");
    pause();
  }
  must(read(ready[0], &byte, 1) == 1, "read");

  printf("posix %s %d %ld 2 %d %d\n", mapped, 8 * MIB, 3 * page, 8 * MIB, 12 * MIB);
  printf("posix %s %d %ld 0 0 0\n", idle, MIB, page);
  printf("posix %s %d 0 2 %d %d\n", unlinked, 2 * MIB, 2 * MIB, 2 * MIB);
  printf("sysv 0x00000000 %d %ld 2 %d %d\n", 6 * MIB, 5 * page, 6 * MIB, 6 * MIB);
  printf("sysv 0x%08x %d 0 0 0 0\n", key, 3 * MIB);
  printf("anonymous - %d %ld 2 %d %d\n", 7 * MIB, 2 * page, 7 * MIB, 7 * MIB);
  printf("memfd %s %d %ld 1 0 %d\n", memfd, 5 * MIB, page, 5 * MIB);
  printf("memfd %s %d 0 0 0 0\n", kept, 4 * MIB);
  printf("child %d\nready\n", child);
  fflush(stdout);

  while (read(0, &byte, 1) > 0)
    ;
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  shmctl(attached, IPC_RMID, NULL);
  shmctl(detached, IPC_RMID, NULL);
  remove_posix(mapped);
  remove_posix(idle);
  return 0;
}
