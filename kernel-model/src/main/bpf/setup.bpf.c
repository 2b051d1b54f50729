/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The daemon reads this iterator once. The program finds out what no file contains: facts about the
 * host, and the daemon's own namespace and root.
 *
 * The kernel keeps percpu memory at address + __per_cpu_offset[cpu], which programs can't read. So
 * the daemon creates a percpu array with one element, and this program subtracts the element's base
 * address from the address at which the helper says CPU n's copy is. What is left is that CPU's
 * offset.
 */
#include "kernel.bpf.h"
#include "maps.bpf.h"

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, uint32_t);
  __type(value, uint64_t);
} kifs_percpu SEC(".maps");

SEC("iter/bpf_map")
int kifs_setup(struct bpf_iter__bpf_map *context)
{
  struct bpf_array *array = (void *)context->map;
  struct task_struct *task = (void *)bpf_get_current_task();
  uint32_t zero = 0, cpu;
  struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  struct pid *pid = BPF_CORE_READ(task, thread_pid);
  struct upid own = {};
  void *base, *copy;
  if (!host || !array || bpf_core_read(&base, sizeof base, &array->pptrs[0]))
    return 0;
  if ((void *)array != (void *)&kifs_percpu)
    return 0;
  host->pid_ns_level = BPF_CORE_READ(pid, level);
  bpf_probe_read_kernel(&own, sizeof own,
                        (char *)__builtin_preserve_access_index(&pid->numbers[0]) +
                            host->pid_ns_level * bpf_core_type_size(struct upid));
  host->pid_ns = (uint64_t)own.ns;
  host->user_ns = (uint64_t)BPF_CORE_READ(task, cred, user_ns);
  host->root_mount = (uint64_t)BPF_CORE_READ(task, fs, root.mnt);
  host->root_dentry = (uint64_t)BPF_CORE_READ(task, fs, root.dentry);
  host->iterates_one = bpf_core_field_exists(((union bpf_iter_link_info___task *)0)->task.tid);
  /* The helper exists since Linux 5.19 (07343110b293). Before 6.2 no CPU counts by itself anything
   * that kifs reads.
   */
  if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_map_lookup_percpu_elem))
    return 0;
  for (cpu = 0; cpu < KIFS_MAX_CPUS; cpu++) {
    copy = bpf_map_lookup_percpu_elem(&kifs_percpu, &zero, cpu);
    if (!copy)
      break;
    host->percpu_offset[cpu] = ptr_to_u64(&host->percpu_offset[cpu], copy) - (uint64_t)base;
  }
  host->cpus = cpu;
  return 0;
}
