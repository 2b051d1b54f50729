/* Opens an fd of every type, and sockets of many kinds and states:
 *
 *   fd-kinds DIRECTORY    prints a line for each fd, then "ready"
 *
 *   FD WORD...            the form of a line: words that kifs's line about this fd must contain
 *
 * The program ends at the end of its stdin. It doesn't remove the files that it makes in DIRECTORY.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

static char path[4096];

static int must(int result, const char *what)
{
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static const char *in(const char *directory, const char *name)
{
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return path;
}

static int port(int fd)
{
  struct sockaddr_in6 address;
  socklen_t length = sizeof address;
  must(getsockname(fd, (struct sockaddr *)&address, &length), "getsockname");
  return ntohs(address.sin6_port); /* at the same offset for IPv4 */
}

static int bound(int family, int type)
{
  int fd = must(socket(family, type, 0), "socket");
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  if (family == AF_INET)
    must(bind(fd, (struct sockaddr *)&four, sizeof four), "bind");
  else
    must(bind(fd, (struct sockaddr *)&six, sizeof six), "bind");
  return fd;
}

int main(int count, char **arguments)
{
  char byte, *directory = arguments[1];
  if (count != 2)
    return 2;

  int file = must(open(in(directory, "a file"), O_RDWR | O_CREAT | O_APPEND, 0600), "open");
  must(write(file, "12345", 5), "write");
  printf("%d type=regular flags=O_RDWR|O_APPEND pos=5 path=%s/a\\x20file\n", file, directory);
  printf("%d type=directory O_DIRECTORY path=%s\n",
         must(open(directory, O_RDONLY | O_DIRECTORY), "open"), directory);
  printf("%d type=character flags=O_WRONLY path=/dev/null\n",
         must(open("/dev/null", O_WRONLY), "open"));
  must(mkfifo(in(directory, "fifo"), 0600), "mkfifo");
  printf("%d type=fifo flags=O_RDWR path=%s\n", must(open(path, O_RDWR), "open"), path);
  int ends[2];
  must(pipe(ends), "pipe");
  printf("%d type=pipe flags=O_RDONLY path=pipe:\n", ends[0]);
  must(symlink("nowhere", in(directory, "link")), "symlink");
  printf("%d type=link O_PATH path=%s\n", must(open(path, O_PATH | O_NOFOLLOW), "open"), path);
  printf("%d type=anonymous path=anon_inode:[eventpoll]\n", must(epoll_create1(0), "epoll"));
  printf("%d type=anonymous O_NONBLOCK path=anon_inode:[eventfd]\n",
         must(eventfd(0, EFD_NONBLOCK), "eventfd"));

  int listener = bound(AF_INET, SOCK_STREAM);
  must(listen(listener, 5), "listen");
  int at = port(listener);
  printf("%d type=socket family=inet socket=stream protocol=tcp state=listen local=127.0.0.1:%d "
         "peer=0.0.0.0:0\n",
         listener, at);
  int client = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons(at), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  must(connect(client, (struct sockaddr *)&to, sizeof to), "connect");
  int server = must(accept(listener, NULL, NULL), "accept");
  printf("%d O_CLOEXEC protocol=tcp state=established local=127.0.0.1:%d peer=127.0.0.1:%d\n",
         client, port(client), at);
  printf("%d protocol=tcp state=established local=127.0.0.1:%d peer=127.0.0.1:%d\n", server, at,
         port(client));
  printf("%d family=inet protocol=tcp state=closed\n",
         must(socket(AF_INET, SOCK_STREAM, 0), "socket"));
  int udp = bound(AF_INET6, SOCK_DGRAM);
  printf("%d family=inet6 socket=dgram protocol=udp state=unconnected local=[0:0:0:0:0:0:0:1]:%d\n",
         udp, port(udp));

  struct sockaddr_un name = {.sun_family = AF_UNIX};
  strncpy(name.sun_path, in(directory, "socket"), sizeof name.sun_path - 1);
  int local = must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
  must(bind(local, (struct sockaddr *)&name, sizeof name), "bind");
  must(listen(local, 5), "listen");
  printf("%d family=unix socket=stream state=listen name=%s path=socket:\n", local, path);
  int abstract = must(socket(AF_UNIX, SOCK_SEQPACKET, 0), "socket");
  int length = snprintf(name.sun_path + 1, 60, "fd-kinds-%d", (int)getpid());
  name.sun_path[0] = 0;
  must(
      bind(abstract, (struct sockaddr *)&name, offsetof(struct sockaddr_un, sun_path) + 1 + length),
      "bind");
  printf("%d family=unix socket=seqpacket name=@fd-kinds-%d\n", abstract, (int)getpid());
  int pair[2];
  struct stat other;
  must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), "socketpair");
  must(fstat(pair[1], &other), "fstat");
  printf("%d family=unix socket=dgram state=established peer.ino=%llu\n", pair[0],
         (unsigned long long)other.st_ino);
  int netlink = must(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), "socket");
  struct sockaddr_nl id = {.nl_family = AF_NETLINK};
  must(bind(netlink, (struct sockaddr *)&id, sizeof id), "bind");
  printf("%d family=netlink socket=raw protocol=0\n", netlink);
  int packet = socket(AF_PACKET, SOCK_DGRAM, 0);
  if (packet >= 0) /* needs CAP_NET_RAW */
    printf("%d family=packet socket=dgram\n", packet);

  int deleted = must(open(in(directory, "deleted"), O_RDWR | O_CREAT | O_CLOEXEC, 0600), "open");
  must(unlink(path), "unlink");
  printf("%d type=regular O_CLOEXEC (deleted)\n", deleted);
  int memory = must(memfd_create("kinds", 0), "memfd_create");
  must(ftruncate(memory, 4096), "ftruncate");
  printf("%d type=regular /memfd:kinds\n", memory);
  printf("%d type=anonymous path=anon_inode:[timerfd]\n",
         must(timerfd_create(CLOCK_MONOTONIC, 0), "timerfd_create"));
  sigset_t none;
  sigemptyset(&none);
  printf("%d type=anonymous path=anon_inode:[signalfd]\n",
         must(signalfd(-1, &none, 0), "signalfd"));
  printf("%d type=anonymous O_CLOEXEC path=anon_inode:inotify\n",
         must(inotify_init1(IN_CLOEXEC), "inotify_init1"));
  printf("%d O_CLOEXEC pidfd\n", must(syscall(SYS_pidfd_open, getpid(), 0), "pidfd_open"));
  int terminal = must(posix_openpt(O_RDWR | O_NOCTTY), "posix_openpt");
  must(grantpt(terminal), "grantpt");
  must(unlockpt(terminal), "unlockpt");
  printf("%d type=character O_RDWR ptmx\n", terminal);
  printf("%d type=character O_RDWR path=%s\n",
         must(open(ptsname(terminal), O_RDWR | O_NOCTTY), "open"), ptsname(terminal));
  printf("%d type=directory O_PATH path=/proc\n", must(open("/proc", O_PATH), "open"));
  /* This fd isn't the socket itself, although stat shows the type of a socket. */
  printf("%d type=socket O_PATH path=%s/socket\n",
         must(open(in(directory, "socket"), O_PATH), "open"), directory);
  printf("ready\n");
  fflush(stdout);
  return read(0, &byte, 1) != 0;
}
