/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Open files and mappings of processes, by the kernel's iterators over files and processes, which
 * hold a reference to each while the program reads it. The records go into shared memory. When that
 * is full, the program asks to be called again with the same file or mapping, and the daemon's read
 * ends with EAGAIN.
 */
#include <asm-generic/errno-base.h>
#include <asm-generic/fcntl.h>
#include <linux/magic.h>
#include <linux/stat.h>

#include "fields.bpf.h"
#include "kernel.bpf.h"
#include "kfuncs.bpf.h"
#include "maps.bpf.h"
#include "task.bpf.h"

enum {
  FILE_TYPE_SHIFT = 12,
  KERNEL_MINOR_BITS = 20, /* of a device number, MINORBITS of linux/kdev_t.h */
  BITS_PER_LONG = 8 * sizeof(unsigned long),
  /* A path begins only where there is space for the longest one. */
  LAST_HELD_TEXT_START = 8 * KIFS_HELD_TEXT_WORDS - KIFS_MAX_PATH - 32,
};

/* FD's `type` for each value of the four type bits of a mode, one hexadecimal digit each. */
#define TYPES_BY_MODE 0x0007080104020360ULL

/* Not in linux/magic.h of Linux 6.1. */
enum {
  PIDFS_MAGIC = 0x50494446, /* PID_FS_MAGIC since Linux 6.9 (cb12fd8e0dab) */
  MQUEUE_FS_MAGIC = 0x19800202, /* MQUEUE_MAGIC of ipc/mqueue.c */
};

/* Whether stat(2) gives the numbers in the inode for files of that filesystem. Other filesystems
 * make up inode numbers and devices, or ask a server.
 */
static __always_inline bool stat_comes_from_inode(uint64_t magic)
{
  switch (magic) {
  case ANON_INODE_FS_MAGIC:
  case PIPEFS_MAGIC:
  case SOCKFS_MAGIC:
  case TMPFS_MAGIC: /* also devtmpfs and the kernel's own shared memory */
  case RAMFS_MAGIC:
  case HUGETLBFS_MAGIC:
  case EXT4_SUPER_MAGIC: /* also ext2 and ext3 */
  case XFS_SUPER_MAGIC:
  case F2FS_SUPER_MAGIC:
  case SQUASHFS_MAGIC:
  case EROFS_SUPER_MAGIC_V1:
  case PROC_SUPER_MAGIC:
  case SYSFS_MAGIC:
  case DEVPTS_SUPER_MAGIC:
  case CGROUP_SUPER_MAGIC:
  case CGROUP2_SUPER_MAGIC:
  case DEBUGFS_MAGIC:
  case TRACEFS_MAGIC:
  case SECURITYFS_MAGIC:
  case BPF_FS_MAGIC:
  case MQUEUE_FS_MAGIC:
  case NSFS_MAGIC:
  case PIDFS_MAGIC:
  case SECRETMEM_MAGIC:
    return true;
  }
  return false;
}

/* The kernel's internal device number as st_dev has it, see makedev(3). */
static __always_inline uint64_t st_dev(uint32_t device)
{
  uint64_t major = device >> KERNEL_MINOR_BITS;
  uint64_t minor = device & ((1 << KERNEL_MINOR_BITS) - 1);
  return (major & 0xfff) << 8 | (minor & 0xff) | (minor & ~0xffULL) << 12 |
         (major & ~0xfffULL) << 32;
}

/* The address of the file table that the threads of a process have in common: that of the first
 * thread that still has one. A thread that ends gives its table up before it is a zombie. 0: none.
 */
static __always_inline uint64_t common_files(struct kifs_held *held, struct task_struct *leader)
{
  uint64_t files = ptr_to_u64(&held->scratch, leader->files);
  struct task_struct *holder;
  if (files)
    return files;
  holder = (void *)first_holder(ptr_to_u64(&held->scratch, leader),
                                bpf_core_field_offset(struct task_struct, files));
  return (uint64_t)BPF_CORE_READ(holder, files);
}

/* Whether no other thread was read in this walk that has the same file table. Notes the table. */
static __always_inline bool is_new_table(struct kifs_held *held, struct task_struct *task,
                                         uint64_t files)
{
  struct kifs_seen_table *table = &held->table[address_index(files, KIFS_FILE_TABLES)];
  if (table->files == files && table->walk == held->walk &&
      table->process == (uint32_t)task->tgid && table->task != (uint32_t)task->pid)
    return false;
  table->files = files;
  table->walk = held->walk;
  table->process = task->tgid;
  table->task = task->pid;
  return true;
}

/* The id, in the daemon's pid namespace, of the process in which the files of a task are open; 0: they
 * are not reported of this task. Sets tid if the task has a file table of its own.
 */
static __always_inline uint32_t files_pid(struct kifs_held *held, struct task_struct *task)
{
  if (held->task != (uint32_t)task->pid) {
    uint64_t files = ptr_to_u64(&held->scratch, task->files);
    uint64_t common = common_files(held, task->group_leader);
    held->task = task->pid;
    held->pid = held->tid = 0;
    if (files && is_new_table(held, task, files))
      held->pid = tgid_in_daemon_ns(&held->scratch, task);
    if (held->pid && common && files != common)
      held->tid = pid_nr_in_daemon_ns(ptr_to_u64(&held->scratch, task->thread_pid));
  }
  return held->pid;
}

/* The id, in the daemon's pid namespace, of the process whose mappings those of a task are; 0: they
 * are not reported of this task.
 */
static __always_inline uint32_t mappings_pid(struct kifs_held *held, struct task_struct *task)
{
  if (held->task != (uint32_t)task->pid) {
    held->task = task->pid;
    held->pid =
        stands_for_process(task, &held->scratch) ? tgid_in_daemon_ns(&held->scratch, task) : 0;
  }
  return held->pid;
}

/* Whether a file with that path, on that device, can be shared memory. */
static __always_inline bool is_shm(const struct kifs_held *held, const char *path, uint64_t device)
{
  for (uint32_t i = 0; i < KIFS_MAX_DEVICES; i++) {
    if (i < held->device_count && held->device[i] == device)
      return true;
  }
  return *(const uint64_t *)path == *(const uint64_t *)"/dev/shm" && path[8] == '/';
}

/* A number that differs if the dentry got another name. Names that the kernel itself makes have no
 * hash; for them the text is used.
 */
static __always_inline uint64_t name_id(struct dentry *dentry)
{
  /* hash and len are read one by one, although the kernel has them together in a union: verifiers
   * before Linux 6.2 know only the first member of a union.
   */
  uint64_t name = dentry->d_name.hash | (uint64_t)dentry->d_name.len << 32, text[2] = {};
  if ((uint32_t)name || !name)
    return name;
  bpf_probe_read_kernel_str(text, sizeof text, dentry->d_name.name);
  return name ^ text[0] ^ (text[1] << 32 | text[1] >> 32);
}

/* The entry of the path of a file, as /proc shows it. Files with the same path share one TEXT in a
 * block. Null: the path is unknown. `surely_shm`: the file is shared memory whatever its path.
 */
static __always_inline struct kifs_path *find_path(struct kifs_held *held, struct file *file,
                                                   uint64_t inode, uint64_t device, bool surely_shm)
{
  struct dentry *dentry = file->f_path.dentry;
  uint64_t address = ptr_to_u64(&held->scratch, dentry);
  uint64_t mount = ptr_to_u64(&held->scratch, file->f_path.mnt);
  uint64_t parent = ptr_to_u64(&held->scratch, dentry->d_parent);
  uint64_t name = name_id(dentry);
  uint32_t unlinked = !dentry->d_hash.pprev;
  struct kifs_path *path = &held->path[address_index(address, KIFS_HELD_PATHS)];
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
  if (held->only_shm && !surely_shm && !is_shm(held, text, device)) {
    path->length = 0;
    return path;
  }
  words = (uint32_t)length / 8 + 1;
  size = 8 + words * 8;
  held->text[at / 8] = KIFS_TEXT | (uint64_t)size << 32;
  /* Clear what an earlier path may have left after the NUL. */
  held->text[at / 8 + words] &= (1ULL << (length & 7) * 8) - 1;
  held->text_bytes = at + size;
  held->text_count++;
  return path;
}

SEC("iter/task_file")
int kifs_files(struct bpf_iter__task_file *context)
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
  if (!held || !task || !file)
    return DONE;
  mode = file->f_inode->i_mode;
  if (held->only_shm && (mode & S_IFMT) != S_IFREG)
    return DONE;
  pid = files_pid(held, task);
  if (!pid)
    return DONE;
  at = held->count;
  if (at >= KIFS_BATCH_HELD || held->text_bytes > LAST_HELD_TEXT_START)
    return AGAIN;
  magic = file->f_inode->i_sb->s_magic;
  inode = file->f_inode->i_ino;
  device = st_dev(file->f_inode->i_sb->s_dev);
  path = find_path(held, file, inode, device, false);
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
  if (held->tid) {
    fd->tid = held->tid;
    fd->absent &= ~BIT(FD_TID);
  }
  fd->position = file->f_pos;
  table = task->files->fdt;
  bpf_probe_read_kernel(&word, sizeof word, &table->close_on_exec[number / BITS_PER_LONG]);
  fd->open_flags = file->f_flags & ~O_CLOEXEC;
  if (word >> (number % BITS_PER_LONG) & 1)
    fd->open_flags |= O_CLOEXEC;
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
    if (magic == PIPEFS_MAGIC)
      fd->type = KIFS_FD_TYPE_PIPE;
    else if (path && path->anonymous)
      fd->type = KIFS_FD_TYPE_ANONYMOUS;
    fd->inode = inode;
    fd->device = device;
    fd->absent &= ~(BIT(FD_TYPE) | BIT(FD_INODE) | BIT(FD_DEVICE));
    if (magic == SOCKFS_MAGIC)
      held->socket_device = device;
  }
  held->count = at + 1;
  return DONE;
}

/* Notes one mapping if it may be of shared memory. False: there is no space. */
static __always_inline bool note_mapping(struct kifs_held *held, struct task_struct *task,
                                         struct vm_area_struct *vma, uint32_t pid)
{
  struct file *file = vma->vm_file;
  struct kifs_mapping *mapping;
  struct kifs_path *path;
  uint64_t inode, device;
  uint32_t at = held->count;
  bool tmpfs;
  /* A private mapping, even of shared memory, shares nothing with other processes. */
  if (!file || !(vma->vm_flags & VM_MAYSHARE))
    return true;
  if (at >= KIFS_BATCH_HELD || held->text_bytes > LAST_HELD_TEXT_START)
    return false;
  inode = file->f_inode->i_ino;
  device = st_dev(file->f_inode->i_sb->s_dev);
  tmpfs =
      file->f_inode->i_sb->s_magic == TMPFS_MAGIC && (file->f_inode->i_mode & S_IFMT) == S_IFREG;
  path = find_path(held, file, inode, device, tmpfs);
  if (!path || !path->length)
    return true;
  mapping = &held->mapping[at];
  mapping->start = vma->vm_start;
  mapping->end = vma->vm_end;
  mapping->device = device;
  mapping->inode = inode;
  mapping->pid = pid;
  mapping->ipc_namespace = task->nsproxy->ipc_ns->ns.inum;
  mapping->path_offset = path->offset;
  mapping->path_length = path->length;
  mapping->tmpfs = tmpfs;
  held->count = at + 1;
  return true;
}

/* Reports that the mappings of a process can't be read now. False: there is no space. */
static __always_inline bool note_busy(struct kifs_held *held, uint32_t pid)
{
  uint32_t at = held->count;
  if (at >= KIFS_BATCH_HELD)
    return false;
  __builtin_memset(&held->mapping[at], 0, sizeof held->mapping[at]);
  held->mapping[at].pid = pid;
  held->count = at + 1;
  return true;
}

/* The mappings of a process, which its threads share. The kernel's own iterator over all mappings
 * waits for the lock of each process's memory, which another thread may hold for ever. This
 * program's iterator (Linux 6.7) tries to get the lock, and gives up at once.
 */
SEC("iter/task")
int kifs_mappings(struct bpf_iter__task *context)
{
  struct task_struct *task = context->task;
  uint32_t zero = 0, pid;
  struct kifs_held *held = bpf_map_lookup_elem(&kifs_holdings, &zero);
  struct bpf_iter_task_vma mappings;
  struct vm_area_struct *vma;
  uint64_t from = 0;
  bool has_space = true;
  if (!held || !task || task->flags & PF_KTHREAD || !task->mm)
    return DONE;
  pid = mappings_pid(held, task);
  if (!pid)
    return DONE;
  if (held->interrupted == (uint32_t)task->pid)
    from = held->interrupted_at;
  held->interrupted = 0;
  if (bpf_iter_task_vma_new(&mappings, task, from) == -EBUSY)
    has_space = note_busy(held, pid);
  while ((vma = bpf_iter_task_vma_next(&mappings))) {
    has_space = note_mapping(held, task, vma, pid);
    if (!has_space) {
      held->interrupted = task->pid;
      held->interrupted_at = vma->vm_start;
      break;
    }
  }
  bpf_iter_task_vma_destroy(&mappings);
  return has_space ? DONE : AGAIN;
}
