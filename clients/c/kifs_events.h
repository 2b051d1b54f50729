/* Waits for events of kifs, for C and C++. schema/kifs.h of a mount reads its bulks.
 *
 *   struct kifs_waiter waiter = {0}; // in C++: {}
 *   char event[KIFS_EVENT_BYTES];
 *   kifs_wait_for(&waiter, "/mnt/kernel/processes/each/notify/rss/above/8G");
 *   while (kifs_next_event(&waiter, event, -1) == KIFS_EVENT)
 *     puts(event);
 *   kifs_end_waiting(&waiter);
 *
 * None of the functions is thread-safe for one struct; several threads may use several.
 */
#ifndef KIFS_EVENTS_H
#define KIFS_EVENTS_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Space for the longest event with a NUL after it. */
#define KIFS_EVENT_BYTES 8192

enum {
  KIFS_EVENT, /* an event was read */
  KIFS_TIMEOUT, /* none came in time */
  KIFS_VANISHED, /* the entities of all names have vanished */
  KIFS_TREE_GONE /* the mount has gone; kifs_reconnect waits for its return */
};

/* The names that are waited for. All zero at the beginning. */
struct kifs_waiter {
  struct pollfd *files; /* fd -1: the entity has vanished */
  char **names;
  unsigned count;
  unsigned next; /* the file that is asked first, so that each gets its turn */
};

/* Opens a name, and keeps it. Returns 0, or -1 with errno: ENOENT and EINVAL for a wrong name; the
 * file `errors` in its notify/ says what is wrong.
 */
static inline int kifs_wait_for(struct kifs_waiter *waiter, const char *name)
{
  /* The open returns at once, and the file becomes readable at the event. */
  int fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  char *copy = fd < 0 ? 0 : strdup(name);
  if (!copy)
    goto failed;
  {
    struct pollfd *files =
        (struct pollfd *)realloc(waiter->files, (waiter->count + 1) * sizeof *files);
    if (!files)
      goto failed;
    waiter->files = files;
    char **names = (char **)realloc(waiter->names, (waiter->count + 1) * sizeof *names);
    if (!names)
      goto failed;
    waiter->names = names;
    files[waiter->count].fd = fd;
    files[waiter->count].events = POLLIN;
    files[waiter->count].revents = 0;
    names[waiter->count++] = copy;
  }
  return 0;
failed:
  free(copy);
  if (fd >= 0)
    close(fd);
  return -1;
}

/* Whether an errno says that the mount has gone. */
static inline int kifs_is_gone(int error)
{
  return error == ENOTCONN || error == ECONNABORTED;
}

/* Reads one event of a file that is ready. Returns KIFS_EVENT, KIFS_TREE_GONE, or -1: there is none. */
static inline int kifs_read_event(struct pollfd *file, char *event)
{
  ssize_t bytes = -1;
  if (file->revents & POLLERR)
    return KIFS_TREE_GONE;
  if (file->revents & POLLIN) {
    /* A read gets whole lines, as many as fit. The rest stays for the next call. */
    bytes = read(file->fd, event, KIFS_EVENT_BYTES - 1);
    if (bytes < 0 && kifs_is_gone(errno))
      return KIFS_TREE_GONE;
  }
  if (bytes <= 0 && file->revents & (POLLHUP | POLLNVAL)) {
    close(file->fd);
    file->fd = -1;
  }
  if (bytes <= 0)
    return -1;
  event[bytes] = 0;
  return KIFS_EVENT;
}

/* Waits for events. The result has one or more lines, each of them an event, and a NUL.
 * timeout_ms -1: as long as it takes. Returns one of the enum above, or -1 with errno, such as EINTR.
 */
static inline int kifs_next_event(struct kifs_waiter *waiter, char event[KIFS_EVENT_BYTES],
                                  int timeout_ms)
{
  for (;;) {
    unsigned left = 0;
    for (unsigned i = 0; i < waiter->count; i++)
      left += waiter->files[i].fd >= 0;
    if (left == 0)
      return KIFS_VANISHED;
    int ready = poll(waiter->files, waiter->count, timeout_ms);
    if (ready <= 0)
      return ready < 0 ? -1 : KIFS_TIMEOUT;
    for (unsigned i = 0; i < waiter->count; i++) {
      struct pollfd *file = &waiter->files[(waiter->next + i) % waiter->count];
      int got = file->fd >= 0 && file->revents ? kifs_read_event(file, event) : -1;
      if (got >= 0) {
        waiter->next = (waiter->next + i + 1) % waiter->count;
        return got;
      }
    }
  }
}

/* Closes all names, and gives the memory back. */
static inline void kifs_end_waiting(struct kifs_waiter *waiter)
{
  for (unsigned i = 0; i < waiter->count; i++) {
    if (waiter->files[i].fd >= 0)
      close(waiter->files[i].fd);
    free(waiter->names[i]);
  }
  free(waiter->files);
  free(waiter->names);
  memset(waiter, 0, sizeof *waiter);
}

/* Opens names again. Returns 0; 1: the mount has gone again; or -1 with errno. */
static inline int kifs_open_again(struct kifs_waiter *waiter, const struct kifs_waiter *old,
                                  const char *about)
{
  for (unsigned i = 0; i < old->count; i++) {
    if (old->files[i].fd < 0 || !kifs_wait_for(waiter, old->names[i]))
      continue;
    if (kifs_is_gone(errno) || (errno == ENOENT && access(about, F_OK)))
      return 1;
    if (errno != ENOENT)
      return -1;
  }
  return 0;
}

/* Waits until a mount that has gone is back, and opens the names again. What has vanished meanwhile
 * is left out. `above` and `below` report an excursion that is under way then, so none is lost.
 * tree: the mountpoint. Returns 0, or -1 with errno.
 */
static inline int kifs_reconnect(struct kifs_waiter *waiter, const char *tree)
{
  static const char name[] = "/about";
  struct kifs_waiter old = *waiter;
  char *about = (char *)malloc(strlen(tree) + sizeof name);
  int result;
  if (!about)
    return -1;
  strcpy(about, tree);
  strcat(about, name);
  do {
    /* A mount that is going away may still answer for a moment. */
    do
      poll(0, 0, 200);
    while (access(about, F_OK));
    memset(waiter, 0, sizeof *waiter);
    result = kifs_open_again(waiter, &old, about);
    if (result)
      kifs_end_waiting(waiter);
  } while (result > 0);
  free(about);
  kifs_end_waiting(&old);
  return result;
}

#endif
