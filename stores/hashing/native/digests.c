#include "digests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include "xxhash.h"

#define FORMATS_MAX 4
/* Bytes that every format takes in turn: they stay in the second-level cache meanwhile. */
#define PIECE_BYTES ((size_t)256 << 10)

enum format { XXHASH32, XXHASH64, XXHASH3, XXHASH128 };

static const char *const NAMES[FORMATS_MAX] = {"xxh32", "xxh64", "xxh3", "xxh128"};

struct stream {
  enum format format;
  XXH32_state_t *state32;
  XXH64_state_t *state64;
  XXH3_state_t *state3;
};

struct digests {
  size_t count;
  struct stream streams[FORMATS_MAX];
};

struct digests *digests_make(void) {
  struct digests *digests = calloc(1, sizeof *digests);
  if (digests == NULL) abort();
  for (size_t at = 0; at < FORMATS_MAX; at += 1) {
    digests->streams[at].state32 = XXH32_createState();
    digests->streams[at].state64 = XXH64_createState();
    digests->streams[at].state3 = XXH3_createState();
    if (!digests->streams[at].state32 || !digests->streams[at].state64 || !digests->streams[at].state3) abort();
  }
  return digests;
}

static void start(struct stream *stream) {
  if (stream->format == XXHASH32) XXH32_reset(stream->state32, 0);
  else if (stream->format == XXHASH64) XXH64_reset(stream->state64, 0);
  else if (stream->format == XXHASH3) XXH3_64bits_reset(stream->state3);
  else XXH3_128bits_reset(stream->state3);
}

static int known(const char *name, size_t length) {
  for (int format = 0; format < FORMATS_MAX; format += 1)
    if (strlen(NAMES[format]) == length && memcmp(NAMES[format], name, length) == 0) return format;
  return -1;
}

bool digests_start(struct digests *digests, const char *formats) {
  digests->count = 0;
  for (const char *name = formats;;) {
    size_t length = strcspn(name, ",");
    int format = known(name, length);
    if (format < 0 || digests->count == FORMATS_MAX) return false;
    struct stream *stream = &digests->streams[digests->count];
    stream->format = (enum format)format;
    start(stream);
    digests->count += 1;
    if (name[length] == '\0') return true;
    name += length + 1;
  }
}

static void update(struct stream *stream, const unsigned char *bytes, size_t length) {
  if (stream->format == XXHASH32) XXH32_update(stream->state32, bytes, length);
  else if (stream->format == XXHASH64) XXH64_update(stream->state64, bytes, length);
  else if (stream->format == XXHASH3) XXH3_64bits_update(stream->state3, bytes, length);
  else XXH3_128bits_update(stream->state3, bytes, length);
}

void digests_update(struct digests *digests, const unsigned char *bytes, size_t length) {
  for (size_t from = 0; from < length; from += PIECE_BYTES) {
    size_t piece = length - from < PIECE_BYTES ? length - from : PIECE_BYTES;
    for (size_t at = 0; at < digests->count; at += 1) update(&digests->streams[at], bytes + from, piece);
  }
}

void digests_text(const struct digests *digests, char text[DIGESTS_TEXT_BYTES]) {
  char *end = text;
  *end = '\0';
  for (size_t at = 0; at < digests->count; at += 1) {
    const struct stream *stream = &digests->streams[at];
    if (stream->format == XXHASH32) end += sprintf(end, " %08x", XXH32_digest(stream->state32));
    else if (stream->format == XXHASH64)
      end += sprintf(end, " %016llx", (unsigned long long)XXH64_digest(stream->state64));
    else if (stream->format == XXHASH3)
      end += sprintf(end, " %016llx", (unsigned long long)XXH3_64bits_digest(stream->state3));
    else {
      XXH128_hash_t digest = XXH3_128bits_digest(stream->state3);
      end += sprintf(end, " %016llx%016llx", (unsigned long long)digest.high64, (unsigned long long)digest.low64);
    }
  }
}
