#define _GNU_SOURCE
#include "read-file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Whole huge pages: the system then maps each with one entry. Measured: windows of 1 MiB cost as much as copying. */
#define WINDOW_BYTES ((off_t)8 << 20)
/* Smaller files are copied sooner than mapped. */
#define MAP_FROM_BYTES ((off_t)2 << 20)
#define PIECE_BYTES ((size_t)256 << 10)
#define PIECE_ALIGNMENT 4096

struct reader {
  unsigned char *piece;
};

struct open_file {
  int descriptor;
  off_t size;
  unsigned char *map; /* the whole file, of which a window at a time is in memory; NULL: all is read in pieces */
};

/* Where a thread goes on when a page of its window cannot be had: the file was cut, or its medium failed. */
static _Thread_local sigjmp_buf torn;
static _Thread_local volatile sig_atomic_t is_in_window;

static void on_bus_error(int number) {
  if (is_in_window) siglongjmp(torn, 1);
  signal(number, SIG_DFL);
  raise(number);
}

void read_file_prepare(void) {
  struct sigaction action = {.sa_handler = on_bus_error};
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGBUS, &action, NULL) != 0) abort();
}

struct reader *reader_make(void) {
  struct reader *reader = malloc(sizeof *reader);
  if (reader == NULL) abort();
  reader->piece = aligned_alloc(PIECE_ALIGNMENT, PIECE_BYTES);
  if (reader->piece == NULL) abort();
  return reader;
}

/* Whether the byte can be had without waiting for a medium. */
static bool is_cached(int descriptor, off_t at) {
  char byte;
  struct iovec into = {.iov_base = &byte, .iov_len = 1};
  return preadv2(descriptor, &into, 1, at, RWF_NOWAIT) == 1;
}

static bool is_window_cached(int descriptor, off_t from, off_t length) {
  return is_cached(descriptor, from + length - 1) && is_cached(descriptor, from + length / 2) &&
         is_cached(descriptor, from);
}

bool read_guarded(void (*read)(void *context), void *context) {
  if (sigsetjmp(torn, 1) != 0) {
    is_in_window = 0;
    return false;
  }
  is_in_window = 1;
  read(context);
  is_in_window = 0;
  return true;
}

/* Hands over a window where it lies; false: a page of it cannot be had, or this system does not fill windows. */
static bool take_window(unsigned char *window, size_t length, const struct taker *taker) {
  /* Filled with one call, which tells a fault instead of raising a signal. One map for the file: threads that map and unmap wait for each other. */
  if (madvise(window, length, MADV_POPULATE_READ) != 0) return false;
  bool is_whole = taker->take(taker->context, window, length);
  madvise(window, length, MADV_DONTNEED);
  return is_whole;
}

/* A piece at a place; 0 at the end, -1 with errno. */
static ssize_t read_piece(int descriptor, unsigned char *piece, size_t length, off_t from) {
  ssize_t got;
  do got = pread(descriptor, piece, length, from);
  while (got < 0 && errno == EINTR);
  return got;
}

/* `is_torn`: a window could not be handed over, and the bytes taken so far count for nothing. */
static struct read_file read_open(struct reader *reader, struct open_file file, const struct taker *taker, bool *is_torn) {
  struct read_file result = {.reading = READ_WHOLE, .expected = file.size};
  while (result.total < file.size) {
    off_t left = file.size - result.total;
    off_t in_window = WINDOW_BYTES - result.total % WINDOW_BYTES;
    off_t length = left < in_window ? left : in_window;
    bool begins_window = in_window == WINDOW_BYTES;
    if (file.map != NULL && begins_window && is_window_cached(file.descriptor, result.total, length)) {
      *is_torn = !take_window(file.map + result.total, (size_t)length, taker);
      if (*is_torn) return result;
      result.total += length;
      continue;
    }
    size_t piece = (size_t)length < PIECE_BYTES ? (size_t)length : PIECE_BYTES;
    ssize_t got = read_piece(file.descriptor, reader->piece, piece, result.total);
    if (got < 0) return (struct read_file){.reading = READ_REFUSED, .error = errno};
    if (got == 0) break;
    taker->take(taker->context, reader->piece, (size_t)got);
    result.total += got;
  }
  return result;
}

/* The file as memory; NULL where that does not pay or its file system has no maps. */
static unsigned char *map_of(int descriptor, off_t size) {
  if (size < MAP_FROM_BYTES) return NULL;
  void *map = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, descriptor, 0);
  return map == MAP_FAILED ? NULL : map;
}

static struct read_file read_regular(struct reader *reader, int descriptor, off_t size, const struct taker *taker) {
  if (size > (off_t)PIECE_BYTES) posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  unsigned char *map = map_of(descriptor, size);
  bool is_torn = false;
  taker->begin(taker->context);
  struct read_file result = read_open(reader, (struct open_file){descriptor, size, map}, taker, &is_torn);
  if (map != NULL) munmap(map, (size_t)size);
  if (!is_torn) return result;
  /* In pieces, which tells why: the file was cut, or its medium failed. Its size is still the one it had when opened. */
  taker->begin(taker->context);
  return read_open(reader, (struct open_file){descriptor, size, NULL}, taker, &is_torn);
}

static bool is_same(const struct stat *before, const struct stat *after) {
  return before->st_size == after->st_size && before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
         before->st_mtim.tv_nsec == after->st_mtim.tv_nsec;
}

struct read_file read_file(struct reader *reader, const char *path, const struct taker *taker) {
  /* Non-blocking, or opening a pipe that took the file's place would wait for ever. */
  int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return (struct read_file){.reading = READ_REFUSED, .error = errno};
  struct stat before;
  struct stat after;
  struct read_file result;
  if (fstat(descriptor, &before) != 0) result = (struct read_file){.reading = READ_REFUSED, .error = errno};
  else if (!S_ISREG(before.st_mode)) result = (struct read_file){.reading = READ_NOT_A_FILE};
  else {
    result = read_regular(reader, descriptor, before.st_size, taker);
    if (result.reading == READ_WHOLE && fstat(descriptor, &after) != 0)
      result = (struct read_file){.reading = READ_REFUSED, .error = errno};
    else if (result.reading == READ_WHOLE && (result.total != before.st_size || !is_same(&before, &after)))
      result.reading = READ_CHANGED;
  }
  close(descriptor);
  return result;
}
