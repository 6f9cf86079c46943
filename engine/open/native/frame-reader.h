#ifndef RUSHES_FRAME_READER_H
#define RUSHES_FRAME_READER_H
#include <stddef.h>

/* Reads frames from a pipe into memory of its own, so that the decoder goes on while a compressor works. */
typedef struct reader reader_t;

/* NULL when memory or threads are out. */
reader_t *reader_start(int pipe, size_t frame_bytes, size_t frames);

/* The next frame, valid until it is released; NULL when the pipe ended before it was whole. */
const float *reader_next(reader_t *reader);
void reader_release(reader_t *reader);

/* After the last frame. */
void reader_end(reader_t *reader);
#endif
