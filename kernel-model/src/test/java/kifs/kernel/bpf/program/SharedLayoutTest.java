package kifs.kernel.bpf.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kifs.kernel.locks.blocked.UserWords;
import kifs.kernel.schema.CHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory shared with the programs is the same to them as to us. */
class SharedLayoutTest {
  private static final Path SOURCES =
      Path.of(System.getProperty("kifs.root"), "kernel-model", "src", "main", "bpf");

  @TempDir Path directory;

  @Test
  void theProgramsIncludeTheHeaderOfThisBuild() throws IOException {
    assertEquals(
        CHeader.text(),
        Files.readString(SOURCES.resolve("kifs.h")),
        "kifs.h is old; renew it by java -cp kernel-model/target/classes"
            + " kifs.kernel.schema.CHeader kernel-model/src/main/bpf/kifs.h");
  }

  @Test
  void everythingLiesWhereTheCompilerPutsIt() throws Exception {
    Map<String, Integer> expected = new LinkedHashMap<>();
    expected.put("KIFS_SLOTS", SharedLayout.SLOTS);
    expected.put("KIFS_SLICE", SharedLayout.SLICE);
    expected.put("KIFS_SLICE_THREADS", SharedLayout.SLICE_THREADS);
    expected.put("KIFS_SLICE_TEXT", SharedLayout.SLICE_TEXT);
    expected.put("KIFS_MOST_UIDS", SharedLayout.MOST_UIDS);
    expected.put("KIFS_MOST_COMMS", SharedLayout.MOST_COMMS);
    expected.put("KIFS_MOST_BOUNDS", SharedLayout.MOST_BOUNDS);
    expected.put("KIFS_MOST_LEVELS", SharedLayout.MOST_LEVELS);
    expected.put("sizeof(struct kifs_levels)", SharedLayout.LEVELS_BYTES);
    expected.put("offsetof(struct kifs_levels, generation)", SharedLayout.LEVELS_GENERATION);
    expected.put("offsetof(struct kifs_levels, count)", SharedLayout.LEVELS_COUNT);
    expected.put("offsetof(struct kifs_levels, level)", SharedLayout.LEVELS_FIRST);
    expected.put("sizeof(struct kifs_level)", SharedLayout.LEVEL_BYTES);
    expected.put("offsetof(struct kifs_level, used)", SharedLayout.LEVEL_USED);
    expected.put("offsetof(struct kifs_level, pages)", SharedLayout.LEVEL_PAGES);
    expected.put("KIFS_LISTED", SharedLayout.LISTED);
    expected.put("KIFS_PROCESSORS", SharedLayout.PROCESSORS);
    expected.put("(int)KIFS_ELSEWHERE", SharedLayout.ELSEWHERE);
    expected.put("(int)KIFS_LATER", SharedLayout.LATER);
    expected.put("(int)KIFS_UNCHANGED", SharedLayout.UNCHANGED);
    expected.put("KIFS_WHOLE", SharedLayout.WHOLE);
    expected.put("KIFS_PROCESS_ALONE", SharedLayout.PROCESS_ALONE);
    expected.put("KIFS_ONE_THREAD", SharedLayout.ONE_THREAD);
    expected.put("KIFS_THREADS_ALONE", SharedLayout.THREADS_ALONE);
    request(expected);
    slot(expected);
    expected.put("sizeof(struct kifs_listed)", SharedLayout.LISTED_BYTES);
    expected.put("offsetof(struct kifs_listed, visible)", SharedLayout.LISTED_VISIBLE);
    expected.put("offsetof(struct kifs_listed, threads)", SharedLayout.LISTED_THREADS);
    expected.put("offsetof(struct kifs_listed, uid)", SharedLayout.LISTED_UID);
    expected.put("offsetof(struct kifs_listed, css_set)", SharedLayout.LISTED_CSS_SET);
    expected.put("offsetof(struct kifs_list, count)", SharedLayout.LIST_COUNT);
    expected.put("offsetof(struct kifs_list, listed)", SharedLayout.FIRST_LISTED);
    expected.put("sizeof(struct kifs_list)", SharedLayout.LIST_BYTES);
    expected.put("offsetof(struct kifs_host, clock_offset)", SharedLayout.CLOCK_OFFSET);
    expected.put("offsetof(struct kifs_host, level)", SharedLayout.LEVEL);
    expected.put("offsetof(struct kifs_host, page_shift)", SharedLayout.PAGE_SHIFT);
    expected.put("offsetof(struct kifs_host, lost_events)", SharedLayout.LOST_EVENTS);
    expected.put("offsetof(struct kifs_host, slot)", SharedLayout.WALKED_SLOT);
    expected.put("offsetof(struct kifs_host, walks_one)", SharedLayout.WALKS_ONE);
    expected.put("sizeof(struct kifs_host)", SharedLayout.HOST_BYTES);
    held(expected);
    expected.put("KIFS_EVENT_BYTES", SharedLayout.EVENT_BYTES);
    expected.put("offsetof(struct kifs_event, pid)", SharedLayout.EVENT_PID);
    expected.put("offsetof(struct kifs_event, parent)", SharedLayout.EVENT_PARENT);
    expected.put("offsetof(struct kifs_event, status)", SharedLayout.EVENT_STATUS);
    expected.put("offsetof(struct kifs_event, boottime_ns)", SharedLayout.EVENT_BOOTTIME);
    assertEquals(expected, compile(expected));
  }

  private static void request(Map<String, Integer> expected) {
    String request = "offsetof(struct kifs_request, ";
    expected.put(request + "process_fields)", SharedLayout.PROCESS_FIELDS);
    expected.put(request + "thread_fields)", SharedLayout.THREAD_FIELDS);
    expected.put(request + "command_fields)", SharedLayout.COMMAND_FIELDS);
    expected.put(request + "limits_fields)", SharedLayout.LIMITS_FIELDS);
    expected.put(request + "states)", SharedLayout.STATES);
    expected.put(request + "total_pages)", SharedLayout.TOTAL_PAGES);
    expected.put(request + "uids)", SharedLayout.UIDS);
    expected.put(request + "comms)", SharedLayout.COMMS);
    expected.put(request + "bounds)", SharedLayout.BOUNDS);
    expected.put(request + "count)", SharedLayout.COUNT);
    expected.put(request + "afresh)", SharedLayout.AFRESH);
    expected.put(request + "until)", SharedLayout.UNTIL);
    expected.put(request + "large)", SharedLayout.LARGE);
    expected.put(request + "uid)", SharedLayout.UID);
    expected.put(request + "comm)", SharedLayout.COMM);
    expected.put(request + "bound)", SharedLayout.BOUND);
    expected.put(request + "calls)", SharedLayout.CALLS);
    expected.put(request + "futex)", SharedLayout.FUTEX);
    expected.put(request + "blocked)", SharedLayout.BLOCKED_COUNT);
    expected.put(request + "next)", SharedLayout.NEXT);
    expected.put(request + "processes)", SharedLayout.PROCESSES);
    expected.put(request + "threads)", SharedLayout.THREADS);
    expected.put(request + "commands)", SharedLayout.COMMANDS);
    expected.put(request + "limits)", SharedLayout.LIMITS_COUNT);
    expected.put(request + "text)", SharedLayout.TEXT_BYTES);
    expected.put(request + "admitted)", SharedLayout.ADMITTED);
    expected.put("sizeof(struct kifs_request)", SharedLayout.REQUEST_BYTES);
    expected.put("sizeof(struct kifs_bound)", SharedLayout.BOUND_BYTES);
    expected.put("offsetof(struct kifs_bound, offset)", SharedLayout.BOUND_FIELD);
    expected.put("offsetof(struct kifs_bound, whole)", SharedLayout.BOUND_WHOLE);
    expected.put("offsetof(struct kifs_bound, bytes)", SharedLayout.BOUND_WIDTH);
    expected.put("offsetof(struct kifs_bound, whole_bytes)", SharedLayout.BOUND_WHOLE_WIDTH);
    expected.put("offsetof(struct kifs_bound, relation)", SharedLayout.BOUND_RELATION);
    expected.put("offsetof(struct kifs_bound, is_signed)", SharedLayout.BOUND_SIGNED);
    expected.put("offsetof(struct kifs_bound, level)", SharedLayout.BOUND_LEVEL);
    expected.put("KIFS_MOST_FOLLOWED", SharedLayout.MOST_FOLLOWED);
    expected.put("sizeof(struct kifs_change)", SharedLayout.CHANGE_BYTES);
    expected.put("offsetof(struct kifs_request, process_change)", SharedLayout.PROCESS_CHANGE);
    expected.put("offsetof(struct kifs_request, thread_change)", SharedLayout.THREAD_CHANGE);
    expected.put("offsetof(struct kifs_change, now)", SharedLayout.CHANGE_NOW);
    expected.put("offsetof(struct kifs_change, fields)", SharedLayout.CHANGE_FIELDS);
    expected.put("offsetof(struct kifs_change, count)", SharedLayout.CHANGE_COUNT);
    expected.put("offsetof(struct kifs_change, afresh)", SharedLayout.CHANGE_AFRESH);
    expected.put("offsetof(struct kifs_change, offset)", SharedLayout.CHANGE_OFFSET);
    expected.put("offsetof(struct kifs_change, bytes)", SharedLayout.CHANGE_WIDTH);
    expected.put("KIFS_ABOVE", (int) SharedLayout.ABOVE);
    expected.put("KIFS_BELOW", (int) SharedLayout.BELOW);
    expected.put("KIFS_EQUAL", (int) SharedLayout.EQUAL);
  }

  private static void slot(Map<String, Integer> expected) {
    String slot = "offsetof(struct kifs_slot, ";
    expected.put(slot + "request)", 0);
    expected.put(slot + "work)", SharedLayout.WORK);
    expected.put(slot + "process)", SharedLayout.PROCESS);
    expected.put(slot + "thread)", SharedLayout.THREAD);
    expected.put(slot + "command)", SharedLayout.COMMAND);
    expected.put(slot + "read)", SharedLayout.READ);
    expected.put(slot + "limits)", SharedLayout.LIMITS);
    expected.put(slot + "text)", SharedLayout.TEXT);
    expected.put("KIFS_SLICE_BLOCKED", SharedLayout.SLICE_BLOCKED);
    expected.put("KIFS_WORDS_BEFORE", UserWords.BEFORE);
    expected.put("KIFS_WORDS_AFTER", UserWords.AFTER);
    expected.put(slot + "seen)", SharedLayout.SEEN);
    expected.put("sizeof(struct kifs_seen)", SharedLayout.SEEN_BYTES);
    expected.put("offsetof(struct kifs_seen, comm)", SharedLayout.SEEN_COMM);
    expected.put(slot + "blocked)", SharedLayout.BLOCKED);
    expected.put("sizeof(struct kifs_blocked)", SharedLayout.BLOCKED_BYTES);
    String blocked = "offsetof(struct kifs_blocked, ";
    expected.put(blocked + "tid)", SharedLayout.BLOCKED_TID);
    expected.put(blocked + "compat)", SharedLayout.BLOCKED_COMPAT);
    expected.put(blocked + "number)", SharedLayout.BLOCKED_NUMBER);
    expected.put(blocked + "argument)", SharedLayout.BLOCKED_ARGUMENT);
    expected.put(blocked + "stack_pointer)", SharedLayout.BLOCKED_STACK);
    expected.put(blocked + "program_counter)", SharedLayout.BLOCKED_CODE);
    expected.put(blocked + "last_ran_ns)", SharedLayout.BLOCKED_LAST_RAN);
    expected.put(blocked + "switches)", SharedLayout.BLOCKED_SWITCHES);
    expected.put(blocked + "words_address)", SharedLayout.BLOCKED_WORDS_ADDRESS);
    expected.put(blocked + "words_length)", SharedLayout.BLOCKED_WORDS_LENGTH);
    expected.put(blocked + "elsewhere)", SharedLayout.BLOCKED_ELSEWHERE);
    expected.put(blocked + "uid)", SharedLayout.BLOCKED_UID);
    expected.put(blocked + "comm)", SharedLayout.BLOCKED_COMM);
    expected.put(blocked + "words)", SharedLayout.BLOCKED_WORDS);
    expected.put("sizeof(struct kifs_slot)", SharedLayout.SLOT_BYTES);
    expected.put("sizeof(struct kifs_read)", SharedLayout.READ_BYTES);
    expected.put("offsetof(struct kifs_read, memory)", SharedLayout.READ_MEMORY);
    expected.put("sizeof(struct kifs_work)", SharedLayout.WORK_BYTES);
    expected.put("offsetof(struct kifs_work, tid)", SharedLayout.WORK_TID);
    expected.put("offsetof(struct kifs_work, what)", SharedLayout.WORK_WHAT);
  }

  private static void held(Map<String, Integer> expected) {
    String held = "offsetof(struct kifs_held, ";
    expected.put("KIFS_SLICE_HELD", SharedLayout.SLICE_HELD);
    expected.put("KIFS_HELD_TEXT", SharedLayout.HELD_TEXT);
    expected.put("KIFS_MOST_DEVICES", SharedLayout.MOST_DEVICES);
    expected.put(held + "block)", SharedLayout.HELD_BLOCK);
    expected.put(held + "shm)", SharedLayout.HELD_SHM);
    expected.put(held + "devices)", SharedLayout.HELD_DEVICES);
    expected.put(held + "device)", SharedLayout.HELD_DEVICE);
    expected.put(held + "count)", SharedLayout.HELD_COUNT);
    expected.put(held + "text)", SharedLayout.HELD_TEXT_BYTES);
    expected.put(held + "texts)", SharedLayout.HELD_TEXTS);
    expected.put(held + "socket_device)", SharedLayout.SOCKET_DEVICE);
    expected.put(held + "fd)", SharedLayout.HELD_FD);
    expected.put(held + "mapping)", SharedLayout.MAPPING);
    expected.put(held + "texts_of)", SharedLayout.HELD_TEXT_OF);
    expected.put(held + "task)", SharedLayout.HELD_TASK);
    expected.put("sizeof(struct kifs_held)", SharedLayout.HELD_BYTES);
    String mapping = "offsetof(struct kifs_mapping, ";
    expected.put(mapping + "end)", SharedLayout.MAPPING_END);
    expected.put(mapping + "device)", SharedLayout.MAPPING_DEVICE);
    expected.put(mapping + "inode)", SharedLayout.MAPPING_INODE);
    expected.put(mapping + "pid)", SharedLayout.MAPPING_PID);
    expected.put(mapping + "ipc_namespace)", SharedLayout.MAPPING_IPC);
    expected.put(mapping + "path_offset)", SharedLayout.MAPPING_PATH);
    expected.put(mapping + "path_length)", SharedLayout.MAPPING_PATH_LENGTH);
    expected.put("sizeof(struct kifs_mapping)", SharedLayout.MAPPING_BYTES);
  }

  private Map<String, Integer> compile(Map<String, Integer> expected) throws Exception {
    StringBuilder program =
        new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n#include \"request.h\"\n");
    program.append("int main(void)\n{\n");
    for (String expression : expected.keySet()) {
      program.append("  printf(\"%d\\n\", (int)(").append(expression).append("));\n");
    }
    Files.writeString(directory.resolve("layout.c"), program.append("}\n"));
    String binary = directory.resolve("layout").toString();
    String source = directory.resolve("layout.c").toString();
    String[] lines =
        run("sh", "-c", "cc -I" + SOURCES + " -o " + binary + " " + source + " && " + binary)
            .split("\n");
    assertEquals(expected.size(), lines.length, String.join("\n", lines));
    Map<String, Integer> actual = new LinkedHashMap<>();
    int i = 0;
    for (String expression : expected.keySet()) {
      actual.put(expression, Integer.parseInt(lines[i++]));
    }
    return actual;
  }

  static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), said);
    return said;
  }
}
