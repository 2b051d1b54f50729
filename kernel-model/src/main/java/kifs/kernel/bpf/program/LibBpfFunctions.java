package kifs.kernel.bpf.program;

/**
 * The functions of libbpf, by their own names, for jnr-ffi to bind. Addresses are longs, as in
 * {@link kifs.kernel.linux.LibcFunctions}. Public only because the binding must see it.
 */
public interface LibBpfFunctions {
  long libbpf_set_print(long function);

  long bpf_object__open_mem(long bytes, long size, long options);

  int bpf_object__load(long object);

  void bpf_object__close(long object);

  long bpf_object__find_map_by_name(long object, long name);

  int bpf_map__fd(long map);

  int bpf_map__set_autocreate(long map, boolean create);

  long bpf_object__find_program_by_name(long object, long name);

  int bpf_program__set_autoload(long program, boolean load);

  int bpf_program__set_log_buf(long program, long buffer, long size);

  int bpf_program__set_log_level(long program, int level);

  int bpf_program__fd(long program);

  long bpf_program__attach_iter(long program, long options);

  long bpf_program__attach(long program);

  int bpf_link__fd(long link);

  int bpf_link__destroy(long link);

  int bpf_iter_create(int link);

  int bpf_prog_test_run_opts(int program, long options);
}
