
/* Recordings. Define KIFS_RECORDINGS before this header is included, and link libzstd.
 *
 *   struct kifs_recording recording;
 *   kifs_recording_begin(&recording, fd);
 *   while (kifs_recording_next(&recording))
 *     ... recording.bulk, recording.gap_ns ...
 *   if (recording.error)
 *     ... it is wrong from byte recording.at on ...
 *   kifs_recording_end(&recording);
 *
 * It reads whole bulks one after another, too. What a file claims is bounded before memory is taken.
 */
#ifdef KIFS_RECORDINGS
#ifdef __cplusplus
extern "C" {
#endif
size_t ZSTD_decompress(void *to, size_t capacity, const void *from, size_t bytes);
unsigned ZSTD_isError(size_t code);
#ifdef __cplusplus
}
#endif

#define KIFS_BLOCK_MAGIC "KIFSBLCK"
#define KIFS_BLOCK_MAX (UINT64_C(1) << 30)

enum kifs_block_kind { KIFS_BLOCK_WHOLE = 1, KIFS_BLOCK_DIFFERENCE = 2, KIFS_BLOCK_GAP = 3 };

struct kifs_block {
  char magic[8];
  uint16_t major;
  uint16_t minor;
  uint16_t kind; /* enum kifs_block_kind */
  uint16_t flags; /* bit 0: the payload is a zstd frame */
  int64_t realtime_ns;
  uint64_t stored_bytes; /* of the payload in the file; padding to 8 bytes follows it */
  uint64_t plain_bytes; /* of the payload when it is decompressed */
  uint64_t value; /* size of the bulk in bytes, or length of the gap in ns */
  uint32_t payload_crc;
  uint32_t gap_cause; /* 1 late, 2 unreadable, 3 restarted */
  uint32_t reserved;
  uint32_t header_crc; /* of the 60 bytes before it */
};

struct kifs_recording {
  struct kifs_bulk bulk; /* the present bulk */
  uint64_t at; /* where the next block begins in the file, bytes */
  uint64_t gap_ns; /* before the present bulk no bulk was taken for so long */
  const char *error; /* null: none */
  char *scratch[2]; /* the payload in the file, and decompressed */
  int fd;
  uint32_t crc_table[256];
};

static inline void kifs_recording_begin(struct kifs_recording *recording, int fd)
{
  memset(recording, 0, sizeof *recording);
  recording->fd = fd;
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xEDB88320) : 0);
    recording->crc_table[i] = crc;
  }
}

static inline void kifs_recording_end(struct kifs_recording *recording)
{
  kifs_free(&recording->bulk);
  free(recording->scratch[0]);
  free(recording->scratch[1]);
}

static inline uint32_t kifs_crc(const struct kifs_recording *recording, const void *bytes,
                                size_t count)
{
  uint32_t crc = ~UINT32_C(0);
  for (size_t i = 0; i < count; i++)
    crc = crc >> 8 ^ recording->crc_table[(crc ^ ((const unsigned char *)bytes)[i]) & 255];
  return ~crc;
}

/* Reads bytes of the file. Returns how many: fewer at its end, or after an error. */
static inline size_t kifs_pread(int fd, void *to, size_t count, uint64_t at)
{
  size_t got = 0;
  while (got < count) {
    ssize_t more = pread(fd, (char *)to + got, count - got, (off_t)(at + got));
    if (more <= 0)
      break;
    got += (size_t)more;
  }
  return got;
}

/* The bulk that a difference makes of the one before: again and again u32 offset and length of bytes
 * to copy of that bulk, u32 length of the bytes that follow, and those bytes. The ranges ascend.
 */
static inline const char *kifs_apply(struct kifs_bulk *bulk, const char *change, size_t bytes,
                                     uint64_t size)
{
  uint64_t at = 0, filled = 0, end = 0;
  uint32_t words[3];
  char *after = (char *)malloc(size ? (size_t)size : 1);
  const char *error = after ? 0 : "no memory";
  while (!error && at < bytes) {
    if (bytes - at < sizeof words) {
      error = "a difference ends within an operation";
      break;
    }
    memcpy(words, change + at, sizeof words);
    at += sizeof words;
    if (words[0] < end || words[0] > bulk->bytes || words[1] > bulk->bytes - words[0] ||
        words[2] > bytes - at || words[1] > size - filled || words[2] > size - filled - words[1]) {
      error = "an operation of a difference runs past an end";
      break;
    }
    memcpy(after + filled, bulk->data + words[0], words[1]);
    memcpy(after + filled + words[1], change + at, words[2]);
    filled += (uint64_t)words[1] + words[2];
    at += words[2];
    end = (uint64_t)words[0] + words[1];
  }
  if (!error && filled != size)
    error = "a difference makes a bulk of another size";
  if (error) {
    free(after);
    return error;
  }
  free(bulk->data);
  bulk->data = after;
  bulk->capacity = size ? (size_t)size : 1;
  bulk->bytes = (size_t)size;
  return 0;
}

/* Makes the bulk of a block whose header is right. */
static inline const char *kifs_recording_block(struct kifs_recording *recording,
                                               const struct kifs_block *block)
{
  uint64_t most = block->flags & 1 ? block->stored_bytes * 64 : block->stored_bytes;
  const uint64_t small = UINT64_C(16) << 20;
  const char *plain;
  if (block->stored_bytes > KIFS_BLOCK_MAX)
    return "a block is too large";
  if (block->flags & 1 && most < small)
    most = small;
  if (block->plain_bytes > most || block->plain_bytes > KIFS_BLOCK_MAX ||
      block->value > KIFS_BLOCK_MAX)
    return "a block claims an impossible size";
  free(recording->scratch[0]);
  free(recording->scratch[1]);
  recording->scratch[0] = recording->scratch[1] = 0;
  /* Memory is taken only for what the file has. */
  off_t size = lseek(recording->fd, 0, SEEK_END);
  if (size < 0 || recording->at + sizeof *block > (uint64_t)size ||
      block->stored_bytes > (uint64_t)size - recording->at - sizeof *block)
    return "the file ends within a block";
  char *stored = recording->scratch[0] = (char *)malloc((size_t)block->stored_bytes + 1);
  if (!stored)
    return "no memory";
  if (kifs_pread(recording->fd, stored, (size_t)block->stored_bytes,
                 recording->at + sizeof *block) < block->stored_bytes)
    return "the file ends within a block";
  if (kifs_crc(recording, stored, (size_t)block->stored_bytes) != block->payload_crc)
    return "wrong checksum of a payload";
  plain = stored;
  if (block->flags & 1) {
    recording->scratch[1] = (char *)malloc((size_t)block->plain_bytes + 1);
    if (!recording->scratch[1])
      return "no memory";
    size_t got = ZSTD_decompress(recording->scratch[1], (size_t)block->plain_bytes, stored,
                                 (size_t)block->stored_bytes);
    if (ZSTD_isError(got) || got != block->plain_bytes)
      return "a payload can't be decompressed";
    plain = recording->scratch[1];
  } else if (block->plain_bytes != block->stored_bytes) {
    return "a payload has another size";
  }
  if (block->kind == KIFS_BLOCK_DIFFERENCE) {
    if (!recording->bulk.bytes)
      return "a difference without a bulk before it";
    if (block->value > recording->bulk.bytes + block->plain_bytes)
      return "a difference can't make such a size";
    return kifs_apply(&recording->bulk, plain, (size_t)block->plain_bytes, block->value);
  }
  if (block->value != block->plain_bytes)
    return "a bulk of another size";
  char *data = (char *)malloc((size_t)block->plain_bytes + 1);
  if (!data)
    return "no memory";
  memcpy(data, plain, (size_t)block->plain_bytes);
  free(recording->bulk.data);
  recording->bulk.data = data;
  recording->bulk.capacity = (size_t)block->plain_bytes + 1;
  recording->bulk.bytes = (size_t)block->plain_bytes;
  return 0;
}

/* Reads a bulk that is in no block. */
static inline const char *kifs_recording_plain(struct kifs_recording *recording)
{
  struct kifs_snapshot snapshot;
  off_t size = lseek(recording->fd, 0, SEEK_END);
  if (kifs_pread(recording->fd, &snapshot, sizeof snapshot, recording->at) < sizeof snapshot ||
      memcmp(snapshot.magic, KIFS_MAGIC, sizeof snapshot.magic))
    return "neither a block nor a bulk";
  if (size < 0 || snapshot.bytes > KIFS_BLOCK_MAX ||
      snapshot.bytes > (uint64_t)size - recording->at)
    return "the file ends within a bulk";
  char *data = (char *)malloc((size_t)snapshot.bytes + 1);
  if (!data)
    return "no memory";
  free(recording->bulk.data);
  recording->bulk.data = data;
  recording->bulk.capacity = (size_t)snapshot.bytes + 1;
  recording->bulk.bytes = kifs_pread(recording->fd, data, (size_t)snapshot.bytes, recording->at);
  recording->at += snapshot.bytes;
  return 0;
}

/* Goes to the next bulk. Returns 1 if there is one; 0 at the end of the file, or after an error. */
static inline int kifs_recording_next(struct kifs_recording *recording)
{
  struct kifs_block block;
  recording->gap_ns = 0;
  for (;;) {
    uint64_t start = recording->at;
    size_t got = kifs_pread(recording->fd, &block, sizeof block, start);
    if (got == 0)
      return 0;
    if (got < sizeof block) {
      recording->error = "the file ends within a header";
      return 0;
    }
    if (memcmp(block.magic, KIFS_BLOCK_MAGIC, sizeof block.magic)) {
      recording->error = kifs_recording_plain(recording);
    } else if (block.major != 1) {
      recording->error = "a recording of another major version";
    } else if (kifs_crc(recording, &block, sizeof block - 4) != block.header_crc) {
      recording->error = "wrong checksum of a header";
    } else if (block.kind == KIFS_BLOCK_GAP) {
      recording->gap_ns += block.value;
      recording->at += sizeof block + ((block.stored_bytes + 7) & ~UINT64_C(7));
      if (block.stored_bytes > KIFS_BLOCK_MAX)
        recording->error = "a block is too large";
      else
        continue;
    } else if (block.kind != KIFS_BLOCK_WHOLE && block.kind != KIFS_BLOCK_DIFFERENCE) {
      recording->error = "an unknown kind of block";
    } else {
      recording->error = kifs_recording_block(recording, &block);
      if (!recording->error)
        recording->at += sizeof block + ((block.stored_bytes + 7) & ~UINT64_C(7));
    }
    size_t bytes = recording->bulk.bytes;
    if (!recording->error)
      recording->error = kifs_check(&recording->bulk);
    if (!recording->error && recording->bulk.bytes != bytes)
      recording->error = "a bulk of another size";
    if (recording->error) {
      recording->at = start;
      return 0;
    }
    return 1;
  }
}
#endif
