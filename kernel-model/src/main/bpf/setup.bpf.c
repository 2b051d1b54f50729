/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Read once, by the daemon: finds out what no file tells, about the host and about the reader. */
#include "kernel.bpf.h"
#include "maps.bpf.h"

/* A percpu array, to see how the kernel finds each processor's part of such memory. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, uint32_t);
  __type(value, uint64_t);
} kifs_percpu SEC(".maps");

SEC("iter/bpf_map")
int setup(struct bpf_iter__bpf_map *context)
{
  struct bpf_array *array = (void *)context->map;
  struct task_struct *task = (void *)bpf_get_current_task();
  uint32_t zero = 0, processors = 0;
  struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  struct pid *pid = BPF_CORE_READ(task, thread_pid);
  struct upid own = {};
  void *parts, *part;
  if (!host || !array || bpf_core_read(&parts, sizeof parts, &array->pptrs[0]))
    return 0;
  if ((void *)array != (void *)&kifs_percpu)
    return 0;
  host->pid_ns_level = BPF_CORE_READ(pid, level);
  bpf_probe_read_kernel(&own, sizeof own,
                        (char *)__builtin_preserve_access_index(&pid->numbers[0]) +
                            host->pid_ns_level * bpf_core_type_size(struct upid));
  host->pid_ns = (uint64_t)own.ns;
  host->root_mount = (uint64_t)BPF_CORE_READ(task, fs, root.mnt);
  host->root_dentry = (uint64_t)BPF_CORE_READ(task, fs, root.dentry);
  host->iterates_one = bpf_core_field_exists(((union bpf_iter_link_info___task *)0)->task.tid);
  /* From Linux 5.19 on; before 6.2 nothing that is read is counted by each processor for itself. */
  if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_map_lookup_percpu_elem))
    return 0;
  for (uint32_t processor = 0; processor < KIFS_MAX_CPUS; processor++) {
    part = bpf_map_lookup_percpu_elem(&kifs_percpu, &zero, processor);
    if (!part)
      break;
    host->percpu_offset[processor] =
        ptr_to_u64(&host->percpu_offset[processor], part) - (uint64_t)parts;
    processors++;
  }
  host->cpus = processors;
  return 0;
}
