/*
 * held-close DIRECTORY: a FUSE filesystem with one file, "file". After a line "hold" from standard
 * input, close(2) of that file waits: no request FLUSH is answered before another line comes. Prints
 * "ready" when it is mounted, and "done" after each line. It speaks the kernel's protocol itself, so
 * it needs no library.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { REQUEST_BYTES = 1 << 17, FILE_NODE = 2, MAX_HELD = 64 };

static int device, held_count, holds;
static uint64_t held[MAX_HELD];

static void answer(uint64_t unique, int error, const void *body, size_t bytes)
{
  struct fuse_out_header header = {(uint32_t)(sizeof header + bytes), -error, unique};
  struct iovec parts[] = {{&header, sizeof header}, {(void *)body, bytes}};

  (void)!writev(device, parts, bytes ? 2 : 1);
}

static struct fuse_attr attributes(uint64_t node)
{
  struct fuse_attr attr = {.ino = node, .nlink = 1, .blksize = 4096};

  attr.mode = node == FILE_NODE ? S_IFREG | 0600 : S_IFDIR | 0700;
  return attr;
}

static void serve(const struct fuse_in_header *in, const void *body)
{
  struct fuse_init_out init = {.major = 7, .minor = 31, .max_write = 4096};
  struct fuse_attr_out attr = {.attr = attributes(in->nodeid)};
  struct fuse_entry_out entry = {.nodeid = FILE_NODE, .attr = attributes(FILE_NODE)};
  struct fuse_open_out opened = {.fh = 1};

  switch (in->opcode) {
  case FUSE_INIT:
    answer(in->unique, 0, &init, sizeof init);
    break;
  case FUSE_GETATTR:
    answer(in->unique, 0, &attr, sizeof attr);
    break;
  case FUSE_LOOKUP:
    if (strcmp(body, "file") == 0)
      answer(in->unique, 0, &entry, sizeof entry);
    else
      answer(in->unique, ENOENT, NULL, 0);
    break;
  case FUSE_OPEN:
    answer(in->unique, 0, &opened, sizeof opened);
    break;
  case FUSE_FLUSH:
    if (holds && held_count < MAX_HELD)
      held[held_count++] = in->unique;
    else
      answer(in->unique, 0, NULL, 0);
    break;
  case FUSE_RELEASE:
    answer(in->unique, 0, NULL, 0);
    break;
  case FUSE_FORGET:
  case FUSE_BATCH_FORGET:
  case FUSE_INTERRUPT:
    break;
  default:
    answer(in->unique, ENOSYS, NULL, 0);
  }
}

/* Handles what comes from standard input. Returns whether to go on. */
static int command(void)
{
  char line[16];

  if (read(0, line, sizeof line) <= 0)
    return 0;
  holds = line[0] == 'h';
  while (!holds && held_count > 0)
    answer(held[--held_count], 0, NULL, 0);
  puts("done");
  fflush(stdout);
  return 1;
}

int main(int count, char **arguments)
{
  static char request[REQUEST_BYTES] __attribute__((aligned(8)));
  char options[64];

  device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (count != 2 || device < 0)
    return 1;
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
  if (mount("held-close", arguments[1], "fuse", MS_NOSUID | MS_NODEV, options) != 0)
    return 1;
  puts("ready");
  fflush(stdout);
  struct pollfd polled[] = {{.fd = 0, .events = POLLIN}, {.fd = device, .events = POLLIN}};
  while (poll(polled, 2, -1) > 0) {
    if (polled[0].revents && !command())
      break;
    if (polled[1].revents && read(device, request, sizeof request) > 0)
      serve((struct fuse_in_header *)request, request + sizeof(struct fuse_in_header));
  }
  return 0;
}
