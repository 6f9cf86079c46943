#ifndef RUSHES_SPEC_H
#define RUSHES_SPEC_H
#include <stddef.h>
#include <stdint.h>

#include "compress.h"
#include "picture.h"

/* One frame to write: the bytes of its header, and its final path. */
typedef struct {
  long index;
  uint8_t *header;
  size_t header_size;
  char *path;
} frame_t;

/* The whole job as the caller wrote it; see read_spec. */
typedef struct {
  size_t width, height;           /* of a decoded frame */
  size_t cut_x, cut_y;            /* first pixel of it that is used */
  size_t used_width, used_height; /* how much of it is used */
  size_t out_width, out_height;   /* of the written picture */
  size_t at_x, at_y;              /* where the used part lies in it; black around */
  color_t color;
  method_t method;
  int level, threads, portable;
  int dpx_bits; /* 0: OpenEXR; 10 or 16: DPX */
  frame_t *frames;
  size_t frame_count;
} spec_t;

/*
 * Reads a job: one `name value…` per line, `frame` lines last, a path up to the end of its line:
 *   size W H | cut X Y W H | canvas W H X Y | curve PATH | matrix 9 numbers | method 0|3|4 LEVEL | threads N | portable |
 *   dpx 10|16
 *   frame INDEX HEADER-IN-HEX PATH
 * Ends the program with a sentence on standard error when something is missing or wrong.
 */
void read_spec(const char *path, spec_t *spec);

/* Ends the program: exit code 1 and a sentence on standard error. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#endif
