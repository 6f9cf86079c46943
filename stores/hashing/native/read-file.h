#ifndef RUSHES_READ_FILE_H
#define RUSHES_READ_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* What became of reading a file from its first byte to its last. */
enum reading {
  READ_WHOLE,
  READ_REFUSED,    /* the system said no: `error` is its number */
  READ_NOT_A_FILE, /* a folder, a pipe, a device */
  READ_CHANGED,    /* not the file that was opened: `expected` bytes then, `total` read, or it was written to */
};

struct read_file {
  enum reading reading;
  int error;
  long long expected;
  long long total;
};

/* Who takes the bytes of a file: `begin` before the first byte, again where reading had to begin anew; `bytes` are valid until `take` returns. */
struct taker {
  void (*begin)(void *context);
  /* False when the bytes turned out not to be there, which only `read_guarded` can notice. */
  bool (*take)(void *context, const unsigned char *bytes, size_t length);
  void *context;
};

/* Room that one thread reads with, for any number of files after another. */
struct reader;

struct reader *reader_make(void);

/* To be called once, before the first thread reads. */
void read_file_prepare(void);

/* Reads bytes that were handed over, on whatever thread; false when some of them were gone, and what was read counts for nothing. */
bool read_guarded(void (*read)(void *context), void *context);

/* Reads a file once. What lies in the page cache is handed over where it lies, a window at a time; the rest is read in pieces. */
struct read_file read_file(struct reader *reader, const char *path, const struct taker *taker);

#endif
