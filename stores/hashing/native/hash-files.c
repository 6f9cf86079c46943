/*
 * hash-files THREADS: hashes files, each read once, many at a time.
 *
 * Standard input: orders, each two texts that end in NUL: formats with commas (xxh32 xxh64 xxh3 xxh128), path.
 * Standard output: a line for each order, in any order, some at a time: its number from 0, then
 *   ok DIGEST...            in the order of the formats
 *   refused ERRNO           the system would not let it be opened or read
 *   changed EXPECTED TOTAL  bytes when opened and bytes read; equal when it was written to meanwhile
 *   not-a-file
 * It ends with its input. An order that it does not understand ends it with 2: its caller has a fault.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "digests.h"
#include "read-file.h"

#define VERSION "1.0"
#define THREADS_MAX 64
#define INPUT_BYTES ((size_t)64 << 10)
#define OUTPUT_BYTES ((size_t)32 << 10)
#define LINE_BYTES (DIGESTS_TEXT_BYTES + 64)
/* Results wait for others so long at most: a reader is woken a few times, and progress is still seen. */
#define FLUSH_AFTER_NS 30000000LL

#define SHARED_FROM_BYTES ((size_t)1 << 20)

static long threads;
static atomic_long files_under_way;

struct order {
  long long number;
  char *formats;
  char *path;
};

static pthread_mutex_t input_lock = PTHREAD_MUTEX_INITIALIZER;
static char input[INPUT_BYTES];
static size_t input_at;
static size_t input_end;
static long long orders_taken;

static pthread_mutex_t output_lock = PTHREAD_MUTEX_INITIALIZER;
static char output[OUTPUT_BYTES];
static size_t output_end;
/* Nobody may wait for a result while we wait for an order. */
static bool is_order_awaited;
static long long flushed_at;

static void fail(const char *sentence) {
  fprintf(stderr, "hash-files: %s\n", sentence);
  exit(2);
}

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void flush_locked(void) {
  for (size_t from = 0; from < output_end;) {
    ssize_t written = write(STDOUT_FILENO, output + from, output_end - from);
    if (written < 0 && errno != EINTR) exit(1);
    if (written > 0) from += (size_t)written;
  }
  output_end = 0;
  flushed_at = now_ns();
}

static void say(const char *line, size_t length) {
  pthread_mutex_lock(&output_lock);
  if (output_end + length > OUTPUT_BYTES) flush_locked();
  memcpy(output + output_end, line, length);
  output_end += length;
  if (is_order_awaited || now_ns() - flushed_at > FLUSH_AFTER_NS) flush_locked();
  pthread_mutex_unlock(&output_lock);
}

static void await_order(bool is_awaited) {
  pthread_mutex_lock(&output_lock);
  is_order_awaited = is_awaited;
  if (is_awaited) flush_locked();
  pthread_mutex_unlock(&output_lock);
}

/* More input, or false at its end. */
static bool fill_input(void) {
  struct pollfd waiting = {.fd = STDIN_FILENO, .events = POLLIN};
  bool has_to_wait = poll(&waiting, 1, 0) == 0;
  if (has_to_wait) await_order(true);
  ssize_t got;
  do got = read(STDIN_FILENO, input, INPUT_BYTES);
  while (got < 0 && errno == EINTR);
  if (got < 0) fail(strerror(errno));
  if (has_to_wait) await_order(false);
  input_at = 0;
  input_end = (size_t)got;
  return got > 0;
}

/* The next text up to its NUL; NULL at the end of the input. */
static char *next_text(void) {
  char *text = NULL;
  size_t length = 0;
  for (;;) {
    if (input_at == input_end && !fill_input()) {
      if (length > 0) fail("the input ends in the middle of an order");
      return NULL;
    }
    char *from = input + input_at;
    char *nul = memchr(from, '\0', input_end - input_at);
    size_t part = nul == NULL ? input_end - input_at : (size_t)(nul - from) + 1;
    text = realloc(text, length + part);
    if (text == NULL) abort();
    memcpy(text + length, from, part);
    length += part;
    input_at += part;
    if (nul != NULL) return text;
  }
}

static bool next_order(struct order *order) {
  pthread_mutex_lock(&input_lock);
  order->formats = next_text();
  bool is_there = order->formats != NULL;
  if (is_there) {
    order->path = next_text();
    if (order->path == NULL) fail("the input ends in the middle of an order");
    order->number = orders_taken;
    orders_taken += 1;
  }
  pthread_mutex_unlock(&input_lock);
  return is_there;
}

/* One file's digests, and in which formats. */
struct hashing {
  struct digests *digests;
  const char *formats;
};

static void begin(void *context) {
  const struct hashing *hashing = context;
  if (!digests_start(hashing->digests, hashing->formats)) fail("a format in an order is not known here");
}

static bool take(void *context, const unsigned char *bytes, size_t length) {
  /* With fewer files under way than threads there is a processor for some of the formats; small pieces are not worth the waking. */
  bool is_shared = length >= SHARED_FROM_BYTES && atomic_load(&files_under_way) < threads;
  return digests_update(((const struct hashing *)context)->digests, bytes, length, is_shared);
}

static void tell(const struct order *order, struct read_file result, const struct digests *digests) {
  char line[LINE_BYTES];
  int length;
  if (result.reading == READ_WHOLE) {
    char text[DIGESTS_TEXT_BYTES];
    digests_text(digests, text);
    length = snprintf(line, sizeof line, "%lld ok%s\n", order->number, text);
  } else if (result.reading == READ_REFUSED)
    length = snprintf(line, sizeof line, "%lld refused %d\n", order->number, result.error);
  else if (result.reading == READ_CHANGED)
    length = snprintf(line, sizeof line, "%lld changed %lld %lld\n", order->number, result.expected, result.total);
  else length = snprintf(line, sizeof line, "%lld not-a-file\n", order->number);
  say(line, (size_t)length);
}

static void *work(void *unused) {
  (void)unused;
  struct reader *reader = reader_make();
  struct digests *digests = digests_make();
  struct order order;
  while (next_order(&order)) {
    struct hashing hashing = {.digests = digests, .formats = order.formats};
    const struct taker taker = {.begin = begin, .take = take, .context = &hashing};
    atomic_fetch_add(&files_under_way, 1);
    struct read_file result = read_file(reader, order.path, &taker);
    atomic_fetch_sub(&files_under_way, 1);
    tell(&order, result, digests);
    free(order.formats);
    free(order.path);
  }
  return NULL;
}

int main(int count, char **arguments) {
  if (count == 2 && strcmp(arguments[1], "--version") == 0) {
    puts("hash-files " VERSION);
    return 0;
  }
  threads = count == 2 ? strtol(arguments[1], NULL, 10) : 0;
  if (threads < 1 || threads > THREADS_MAX) fail("usage: hash-files THREADS (1 to 64)");
  /* Whoever asked is gone: nobody wants to know the rest of a large file. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  read_file_prepare();
  pthread_t others[THREADS_MAX];
  for (long thread = 1; thread < threads; thread += 1)
    if (pthread_create(&others[thread], NULL, work, NULL) != 0) fail("a thread could not be started");
  work(NULL);
  for (long thread = 1; thread < threads; thread += 1) pthread_join(others[thread], NULL);
  pthread_mutex_lock(&output_lock);
  flush_locked();
  return 0;
}
