/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Files, filesystems and mounts, see kernel.bpf.h. */
#ifndef KIFS_KERNEL_VFS_BPF_H
#define KIFS_KERNEL_VFS_BPF_H

#include <stdint.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct hlist_bl_node {
  void **pprev;
};

struct qstr {
  uint32_t hash;
  uint32_t len;
  const unsigned char *name;
};

struct dentry_operations {
  void *d_dname;
};

struct block_device;

struct super_block {
  uint32_t s_dev;
  unsigned long s_magic;
  struct block_device *s_bdev;
};

struct inode {
  uint16_t i_mode;
  unsigned long i_ino;
  uint32_t i_rdev;
  struct super_block *i_sb;
};

struct dentry {
  struct hlist_bl_node d_hash;
  struct dentry *d_parent;
  struct qstr d_name;
  struct inode *d_inode;
  const struct dentry_operations *d_op;
};

struct vfsmount {
  struct dentry *mnt_root;
};

struct mount {
  struct mount *mnt_parent;
  struct dentry *mnt_mountpoint;
  struct vfsmount mnt;
  int mnt_id;
};

struct path {
  struct vfsmount *mnt;
  struct dentry *dentry;
};

struct file {
  struct path f_path;
  struct inode *f_inode;
  unsigned int f_flags;
  int64_t f_pos;
};

struct fdtable {
  unsigned int max_fds;
  struct file **fd;
  unsigned long *open_fds;
  unsigned long *close_on_exec;
};

struct files_struct {
  struct fdtable *fdt;
};

struct fs_struct {
  struct path root;
};

#pragma clang attribute pop

#endif
