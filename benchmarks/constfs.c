/* A filesystem of constant files, in C. It shows the cost of any filesystem on libfuse.
 *
 *   constfs FILE -f MOUNTPOINT
 *
 * Every name that begins with a digit or is at the top is a directory, so that a path is as deep as
 * `processes/PID/rss` of kifs. Every other name is a file with the content of FILE.
 */
#define FUSE_USE_VERSION 26
#define _FILE_OFFSET_BITS 64
#include <ctype.h>
#include <errno.h>
#include <fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static char content[1 << 16];
static size_t size;

static int is_directory(const char *path)
{
  const char *name = strrchr(path, '/') + 1;
  return name == path + 1 || isdigit((unsigned char)*name);
}

static int get_attributes(const char *path, struct stat *attributes)
{
  memset(attributes, 0, sizeof *attributes);
  attributes->st_mode = is_directory(path) ? S_IFDIR | 0555 : S_IFREG | 0444;
  attributes->st_nlink = 1;
  return 0;
}

static int open_file(const char *path, struct fuse_file_info *file)
{
  (void)path;
  file->direct_io = 1;
  return 0;
}

static int read_file(const char *path, char *to, size_t room, off_t at, struct fuse_file_info *file)
{
  (void)path;
  (void)file;
  if (at < 0 || (size_t)at >= size)
    return 0;
  room = room < size - (size_t)at ? room : size - (size_t)at;
  memcpy(to, content + at, room);
  return (int)room;
}

int main(int argc, char **argv)
{
  static const struct fuse_operations operations = {
      .getattr = get_attributes, .open = open_file, .read = read_file};
  FILE *file = argc > 2 ? fopen(argv[1], "rb") : NULL;
  if (!file || (size = fread(content, 1, sizeof content, file)) == 0) {
    fprintf(stderr, "usage: constfs FILE -f MOUNTPOINT\n");
    return 2;
  }
  fclose(file);
  argv[1] = argv[0];
  return fuse_main(argc - 1, argv + 1, &operations, NULL);
}
