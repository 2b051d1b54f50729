/* A client in C that waits in one of three ways and prints each event as it arrives:
 *
 *   poller poll|level|edge NAME...
 *
 * poll: poll(2); level, edge: epoll, level- or edge-triggered, the latter reading until EAGAIN. It
 * prints "ready" first, "gone" for each name whose entity has vanished, and ends after the last.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static int left;

/* Reads the events; closes the file if the entity has vanished. Returns whether it was closed. */
static int serve(int *fd, int gone, int all)
{
  char lines[8192];
  ssize_t got;
  while ((got = read(*fd, lines, sizeof lines)) > 0) {
    fwrite(lines, 1, got, stdout);
    fflush(stdout);
    if (!all)
      return 0;
  }
  if (got < 0 && errno == EAGAIN && !gone)
    return 0;
  close(*fd);
  *fd = -1;
  left--;
  printf("gone\n");
  return 1;
}

int main(int argc, char **argv)
{
  if (argc < 3)
    return 2;
  int edge = !strcmp(argv[1], "edge"), polls = !strcmp(argv[1], "poll");
  int set = epoll_create1(EPOLL_CLOEXEC);
  int *fds = calloc(argc, sizeof *fds);
  struct pollfd *polled = calloc(argc, sizeof *polled);
  setvbuf(stdout, NULL, _IOLBF, 0);
  left = argc - 2;
  for (int i = 0; i < left; i++) {
    fds[i] = open(argv[i + 2], O_RDONLY | O_NONBLOCK);
    if (fds[i] < 0) {
      perror(argv[i + 2]);
      return 1;
    }
    struct epoll_event event = {.events = EPOLLIN | (edge ? EPOLLET : 0), .data.u32 = i};
    if (!polls && epoll_ctl(set, EPOLL_CTL_ADD, fds[i], &event))
      return 1;
  }
  int names = left;
  printf("ready\n");
  while (left > 0) {
    if (polls) {
      for (int i = 0; i < names; i++)
        polled[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
      if (poll(polled, names, -1) < 0)
        return 1;
      for (int i = 0; i < names; i++)
        if (polled[i].revents)
          serve(&fds[i], !(polled[i].revents & POLLIN), 0);
      continue;
    }
    struct epoll_event ready[16];
    int count = epoll_wait(set, ready, 16, -1);
    for (int i = 0; i < count; i++)
      serve(&fds[ready[i].data.u32], !(ready[i].events & EPOLLIN), edge);
  }
  return 0;
}
