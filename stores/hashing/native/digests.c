#include "digests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include "xxhash.h"

#include "helper.h"
#include "read-file.h"

#define FORMATS_MAX 4
/* Bytes that the formats of one thread take in turn: they stay in the second-level cache meanwhile. */
#define PIECE_BYTES ((size_t)256 << 10)

enum format { XXHASH32, XXHASH64, XXHASH3, XXHASH128 };
/* What is computed: of one XXH3 state come both its digests, the 64-bit and the 128-bit one. */
enum stream { STREAM32, STREAM64, STREAM3, STREAMS };

static const char *const NAMES[FORMATS_MAX] = {"xxh32", "xxh64", "xxh3", "xxh128"};
static const enum stream STREAM_OF[FORMATS_MAX] = {STREAM32, STREAM64, STREAM3, STREAM3};

struct share {
  struct digests *digests;
  enum stream streams[STREAMS];
  size_t count;
  bool is_whole;
};

struct digests {
  size_t count;
  enum format formats[FORMATS_MAX];
  XXH32_state_t *state32;
  XXH64_state_t *state64;
  XXH3_state_t *state3;
  /* Bytes that the shares take at this moment. */
  const unsigned char *bytes;
  size_t length;
  struct helper *helper; /* made when first wanted */
};

struct digests *digests_make(void) {
  struct digests *digests = calloc(1, sizeof *digests);
  if (digests == NULL) abort();
  digests->state32 = XXH32_createState();
  digests->state64 = XXH64_createState();
  digests->state3 = XXH3_createState();
  if (!digests->state32 || !digests->state64 || !digests->state3) abort();
  return digests;
}

static int known(const char *name, size_t length) {
  for (int format = 0; format < FORMATS_MAX; format += 1)
    if (strlen(NAMES[format]) == length && memcmp(NAMES[format], name, length) == 0) return format;
  return -1;
}

bool digests_start(struct digests *digests, const char *formats) {
  digests->count = 0;
  XXH32_reset(digests->state32, 0);
  XXH64_reset(digests->state64, 0);
  /* The 64-bit digest begins in the same way: same secret, same seed. */
  XXH3_128bits_reset(digests->state3);
  for (const char *name = formats;;) {
    size_t length = strcspn(name, ",");
    int format = known(name, length);
    if (format < 0 || digests->count == FORMATS_MAX) return false;
    digests->formats[digests->count] = (enum format)format;
    digests->count += 1;
    if (name[length] == '\0') return true;
    name += length + 1;
  }
}

static bool is_wanted(const struct digests *digests, enum stream stream) {
  for (size_t at = 0; at < digests->count; at += 1)
    if (STREAM_OF[digests->formats[at]] == stream) return true;
  return false;
}

static void update(struct digests *digests, enum stream stream, const unsigned char *bytes, size_t length) {
  if (stream == STREAM32) XXH32_update(digests->state32, bytes, length);
  else if (stream == STREAM64) XXH64_update(digests->state64, bytes, length);
  else XXH3_128bits_update(digests->state3, bytes, length);
}

static void update_share(void *context) {
  struct share *share = context;
  struct digests *digests = share->digests;
  for (size_t from = 0; from < digests->length; from += PIECE_BYTES) {
    size_t piece = digests->length - from < PIECE_BYTES ? digests->length - from : PIECE_BYTES;
    for (size_t at = 0; at < share->count; at += 1) update(digests, share->streams[at], digests->bytes + from, piece);
  }
}

static void take_share(void *context) {
  struct share *share = context;
  share->is_whole = read_guarded(update_share, share);
}

bool digests_update(struct digests *digests, const unsigned char *bytes, size_t length, bool is_shared) {
  struct share own = {.digests = digests};
  struct share other = {.digests = digests, .is_whole = true};
  digests->bytes = bytes;
  digests->length = length;
  /* In order of their cost: the first alone is the slowest, and what follows goes to the other thread. */
  for (enum stream stream = STREAM32; stream < STREAMS; stream += 1) {
    if (!is_wanted(digests, stream)) continue;
    struct share *share = is_shared && own.count > 0 ? &other : &own;
    share->streams[share->count] = stream;
    share->count += 1;
  }
  if (other.count > 0) {
    if (digests->helper == NULL) digests->helper = helper_make();
    helper_give(digests->helper, take_share, &other);
  }
  take_share(&own);
  /* Also when our own part failed: the bytes must stay where they are until nobody reads them. */
  if (other.count > 0) helper_wait(digests->helper);
  return own.is_whole && other.is_whole;
}

void digests_text(const struct digests *digests, char text[DIGESTS_TEXT_BYTES]) {
  char *end = text;
  *end = '\0';
  for (size_t at = 0; at < digests->count; at += 1) {
    enum format format = digests->formats[at];
    if (format == XXHASH32) end += sprintf(end, " %08x", XXH32_digest(digests->state32));
    else if (format == XXHASH64) end += sprintf(end, " %016llx", (unsigned long long)XXH64_digest(digests->state64));
    else if (format == XXHASH3)
      end += sprintf(end, " %016llx", (unsigned long long)XXH3_64bits_digest(digests->state3));
    else {
      XXH128_hash_t digest = XXH3_128bits_digest(digests->state3);
      end += sprintf(end, " %016llx%016llx", (unsigned long long)digest.high64, (unsigned long long)digest.low64);
    }
  }
}
