/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Open files and mappings of processes, by the kernel's own iterators over them, which hold each
 * one while it is looked at. The records go into shared memory; when that is full, the iterator is
 * told to come again with the same file or mapping, and whoever reads it gets EAGAIN.
 */
#include "fields.bpf.h"
#include "kernel.bpf.h"
#include "maps.bpf.h"
#include "task.bpf.h"

enum {
  S_IFMT = 0170000,
  S_IFREG = 0100000,
  FILE_TYPE_SHIFT = 12,
  CLOEXEC = 02000000,
  KERNEL_MINOR_BITS = 20,
  BITS = 8 * sizeof(unsigned long),
  /* A path begins only where the longest one still has room. */
  LAST_HELD_TEXT_START = 8 * KIFS_HELD_TEXT_WORDS - KIFS_MAX_PATH - 32,
};

/* As FD has them; the others it takes by the name of the type in the file's mode. */
enum { TYPE_PIPE = 5, TYPE_ANONYMOUS = 9 };

/* The types of FD by the highest four bits of a mode, a hexadecimal digit each. */
#define TYPES_BY_MODE 0x0007080104020360ULL

enum {
  ANON_INODE = 0x09041934,
  PIPEFS = 0x50495045,
  SOCKFS = 0x534f434b,
};

/* Whether stat(2) tells of files on that kind of filesystem what stands in their inodes. Others
 * have numbers and devices of their own making, or ask a server.
 */
static __always_inline bool stat_comes_from_inode(uint64_t magic)
{
  switch (magic) {
  case ANON_INODE:
  case PIPEFS:
  case SOCKFS:
  case 0x01021994: /* tmpfs, devtmpfs and the kernel's own shared memory */
  case 0x858458f6: /* ramfs */
  case 0x958458f6: /* hugetlbfs */
  case 0xef53: /* ext2, ext3, ext4 */
  case 0x58465342: /* xfs */
  case 0xf2f52010: /* f2fs */
  case 0x73717368: /* squashfs */
  case 0xe0f5e1e2: /* erofs */
  case 0x9fa0: /* proc */
  case 0x62656572: /* sysfs */
  case 0x1cd1: /* devpts */
  case 0x27e0eb: /* cgroup */
  case 0x63677270: /* cgroup2 */
  case 0x64626720: /* debugfs */
  case 0x74726163: /* tracefs */
  case 0x73636673: /* securityfs */
  case 0xcafe4a11: /* bpf */
  case 0x19800202: /* mqueue */
  case 0x6e736673: /* nsfs */
  case 0x50494446: /* pidfs */
  case 0x5345434d: /* secretmem */
    return true;
  }
  return false;
}

/* As makedev(3) of what the kernel calls it. */
static __always_inline uint64_t st_dev(uint32_t device)
{
  uint64_t major = device >> KERNEL_MINOR_BITS;
  uint64_t minor = device & ((1 << KERNEL_MINOR_BITS) - 1);
  return (major & 0xfff) << 8 | (minor & 0xff) | (minor & ~0xffULL) << 12 |
         (major & ~0xfffULL) << 32;
}

/* The process's id as the daemon sees it, and 0 if it doesn't. */
static __always_inline uint32_t holder_pid(struct kifs_held *held, struct task_struct *task)
{
  if (held->task != (uint32_t)task->pid) {
    held->task = task->pid;
    held->pid = pid_nr_in_daemon_ns(ptr_to_u64(&held->scratch, task->thread_pid));
  }
  return held->pid;
}

/* Whether shared memory has such a path, or lives on such a filesystem. */
static __always_inline bool is_shm(const struct kifs_held *held, const char *path, uint64_t device)
{
  for (uint32_t i = 0; i < KIFS_MAX_DEVICES; i++) {
    if (i < held->device_count && held->device[i] == device)
      return true;
  }
  return *(const uint64_t *)path == *(const uint64_t *)"/dev/shm" && path[8] == '/';
}

/* Tells a dentry's name from others that it may have had. Names within the kernel have no hash. */
static __always_inline uint64_t name_id(struct dentry *dentry)
{
  /* Not both at once: verifiers before Linux 6.2 see the first of a union's members only. */
  uint64_t name = dentry->d_name.hash | (uint64_t)dentry->d_name.len << 32, text[2] = {};
  if ((uint32_t)name || !name)
    return name;
  bpf_probe_read_kernel_str(text, sizeof text, dentry->d_name.name);
  return name ^ text[0] ^ (text[1] << 32 | text[1] >> 32);
}

/* Where the path of a file stands in the block's texts, as /proc has it: of equal ones there is only
 * one. Null: it can't be reported.
 */
static __always_inline struct kifs_path *find_path(struct kifs_held *held, struct file *file,
                                                   uint64_t inode, uint64_t device)
{
  struct dentry *dentry = file->f_path.dentry;
  uint64_t address = ptr_to_u64(&held->scratch, dentry);
  uint64_t mount = ptr_to_u64(&held->scratch, file->f_path.mnt);
  uint64_t parent = ptr_to_u64(&held->scratch, dentry->d_parent);
  uint64_t name = name_id(dentry);
  uint32_t unlinked = !dentry->d_hash.pprev;
  struct kifs_path *path = &held->path[(address >> 6 ^ address >> 14) & (KIFS_HELD_PATHS - 1)];
  uint32_t at = held->text_bytes, words, size;
  char *text;
  long length;
  if (path->block == held->block && path->dentry == address && path->mount == mount &&
      path->parent == parent && path->name == name && path->inode == inode &&
      path->unlinked == unlinked)
    return path;
  if (at > LAST_HELD_TEXT_START)
    return 0;
  text = (char *)&held->text[at / 8 + 1];
  length = bpf_d_path(&file->f_path, text, KIFS_MAX_PATH) - 1;
  if (length < 1 || length > KIFS_MAX_PATH)
    return 0;
  path->block = held->block;
  path->dentry = address;
  path->mount = mount;
  path->parent = parent;
  path->name = name;
  path->inode = inode;
  path->unlinked = unlinked;
  path->anonymous = *(const uint64_t *)text == *(const uint64_t *)"anon_inode:";
  path->offset = at;
  path->length = length;
  if (held->only_shm && !is_shm(held, text, device)) {
    path->length = 0;
    return path;
  }
  words = (uint32_t)length / 8 + 1;
  size = 8 + words * 8;
  held->text[at / 8] = KIFS_TEXT | (uint64_t)size << 32;
  /* Behind its NUL there may be something left of what was there before. */
  held->text[at / 8 + words] &= (1ULL << (length & 7) * 8) - 1;
  held->text_bytes = at + size;
  held->text_count++;
  return path;
}

SEC("iter/task_file")
int files(struct bpf_iter__task_file *context)
{
  struct task_struct *task = context->task;
  struct file *file = context->file;
  uint32_t zero = 0, at, pid, number = context->fd;
  struct kifs_held *held = bpf_map_lookup_elem(&kifs_holdings, &zero);
  uint64_t magic, inode, device, word = 0;
  struct fdtable *table;
  struct kifs_path *path;
  struct kifs_fd *fd;
  uint16_t mode;
  uint32_t type;
  if (!held || !task || !file || task->pid != task->tgid)
    return DONE;
  mode = file->f_inode->i_mode;
  if (held->only_shm && (mode & S_IFMT) != S_IFREG)
    return DONE;
  pid = holder_pid(held, task);
  if (!pid)
    return DONE;
  at = held->count;
  if (at >= KIFS_BATCH_HELD || held->text_bytes > LAST_HELD_TEXT_START)
    return AGAIN;
  magic = file->f_inode->i_sb->s_magic;
  inode = file->f_inode->i_ino;
  device = st_dev(file->f_inode->i_sb->s_dev);
  path = find_path(held, file, inode, device);
  if (held->only_shm && (!path || !path->length))
    return DONE;
  fd = &held->fd[at];
  __builtin_memset(fd, 0, sizeof *fd);
  fd->tag = KIFS_FD;
  fd->size = sizeof *fd;
  fd->pid = pid;
  fd->fd = number;
  fd->absent = ALL(FD) & ~(BIT(FD_PID) | BIT(FD_FD) | BIT(FD_OPEN_FLAGS) | BIT(FD_POSITION) |
                           BIT(FD_MOUNT_ID));
  fd->position = file->f_pos;
  table = task->files->fdt;
  bpf_probe_read_kernel(&word, sizeof word, &table->close_on_exec[number / BITS]);
  fd->open_flags = file->f_flags & ~CLOEXEC;
  if (word >> (number % BITS) & 1)
    fd->open_flags |= CLOEXEC;
  fd->mount_id = BPF_CORE_READ(
      (struct mount *)((char *)file->f_path.mnt - bpf_core_field_offset(((struct mount *)0)->mnt)),
      mnt_id);
  if (path) {
    fd->path_offset = path->offset;
    fd->path_length = path->length;
    fd->absent &= ~(BIT(FD_PATH_OFFSET) | BIT(FD_PATH_LENGTH));
  }
  if (stat_comes_from_inode(magic)) {
    type = TYPES_BY_MODE >> (mode >> FILE_TYPE_SHIFT) * 4 & 0xf;
    fd->type = type;
    if (magic == PIPEFS)
      fd->type = TYPE_PIPE;
    else if (path && path->anonymous)
      fd->type = TYPE_ANONYMOUS;
    fd->inode = inode;
    fd->device = device;
    fd->absent &= ~(BIT(FD_TYPE) | BIT(FD_INODE) | BIT(FD_DEVICE));
    if (magic == SOCKFS)
      held->socket_device = device;
  }
  held->count = at + 1;
  return DONE;
}

SEC("iter/task_vma")
int mappings(struct bpf_iter__task_vma *context)
{
  struct task_struct *task = context->task;
  struct vm_area_struct *vma = context->vma;
  uint32_t zero = 0, at, pid;
  struct kifs_held *held = bpf_map_lookup_elem(&kifs_holdings, &zero);
  struct kifs_mapping *mapping;
  struct kifs_path *path;
  struct file *file;
  uint64_t inode, device;
  if (!held || !task || !vma || task->pid != task->tgid)
    return DONE;
  file = vma->vm_file;
  if (!file)
    return DONE;
  at = held->count;
  if (at >= KIFS_BATCH_HELD || held->text_bytes > LAST_HELD_TEXT_START)
    return AGAIN;
  inode = file->f_inode->i_ino;
  device = st_dev(file->f_inode->i_sb->s_dev);
  path = find_path(held, file, inode, device);
  if (!path || !path->length)
    return DONE;
  pid = holder_pid(held, task);
  if (!pid)
    return DONE;
  mapping = &held->mapping[at];
  mapping->start = vma->vm_start;
  mapping->end = vma->vm_end;
  mapping->device = device;
  mapping->inode = inode;
  mapping->pid = pid;
  mapping->ipc_namespace = task->nsproxy->ipc_ns->ns.inum;
  mapping->path_offset = path->offset;
  mapping->path_length = path->length;
  held->count = at + 1;
  return DONE;
}
