/*
 * exr-frames JOB -- DECODER ARGUMENT…
 * exr-frames --mosaic JOB                 the decoder of uncompressed Bayer pictures
 *
 * Runs a decoder that writes float pictures to its standard output (planes G, B, R, as FFmpeg's gbrpf32le), applies one
 * curve and one matrix, and writes each as OpenEXR with half-float channels, or as DPX. A file has its name only when it is whole.
 * Says `whole INDEX` on standard output as each one is, and at last `cost CPU-MS MAX-RSS-KB` of both together.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dpx.h"
#include "frame-reader.h"
#include "mosaic.h"
#include "spec.h"

enum { CHANNELS = 3, PIPE_BYTES = 1 << 20, CHUNK_HEAD = 8, GROUP = 16, MOST_PIECES = 512 };

/* What the threads of one frame share. */
typedef struct {
  const spec_t *spec;
  const float *planes;
  uint8_t *slots;      /* a chunk each: line, size, bytes; of DPX a line each */
  size_t *sizes;       /* bytes used of each slot */
  size_t slot_size, chunk_count;
  atomic_size_t next;
} frame_work_t;

typedef struct {
  frame_work_t *work;
  compressor_t *compressor;
  uint16_t *raw;
} worker_t;

static void put32(uint8_t *out, uint32_t value) {
  for (int i = 0; i < 4; i++) out[i] = (uint8_t)(value >> (8 * i));
}

static void put64(uint8_t *out, uint64_t value) {
  put32(out, (uint32_t)value);
  put32(out + 4, (uint32_t)(value >> 32));
}

/* One row of the written picture: B, G and R values, black outside of the decoded part. */
static void fill_row(const spec_t *s, const float *planes, size_t y, uint16_t *row) {
  const size_t w = s->out_width;
  if (y < s->at_y || y >= s->at_y + s->used_height || s->used_width < w) memset(row, 0, w * CHANNELS * 2);
  if (y < s->at_y || y >= s->at_y + s->used_height) return;
  const size_t plane = s->width * s->height, from = (y - s->at_y + s->cut_y) * s->width + s->cut_x;
  const float *g = planes + from, *b = g + plane, *r = b + plane;
  uint16_t *out_b = row + s->at_x, *out_g = out_b + w, *out_r = out_g + w;
  (s->portable ? convert_portable : convert_fast)(&s->color, r, g, b, out_r, out_g, out_b, s->used_width);
}

static void make_dpx_line(const worker_t *worker, size_t y) {
  const frame_work_t *work = worker->work;
  const spec_t *s = work->spec;
  const size_t used = y < s->at_y || y >= s->at_y + s->used_height ? 0 : s->used_width;
  const size_t plane = s->width * s->height, from = used ? (y - s->at_y + s->cut_y) * s->width + s->cut_x : 0;
  const float *g = work->planes + from, *b = g + plane, *r = b + plane;
  dpx_line(s->dpx_bits, &s->color, r, g, b, s->at_x, used, s->out_width, work->slots + y * work->slot_size);
  work->sizes[y] = work->slot_size;
}

static void make_chunk(const worker_t *worker, size_t chunk) {
  frame_work_t *work = worker->work;
  const spec_t *s = work->spec;
  const size_t per_chunk = (size_t)lines_per_chunk(s->method), first = chunk * per_chunk;
  const size_t left = s->out_height - first, lines = left < per_chunk ? left : per_chunk;
  uint8_t *slot = work->slots + chunk * work->slot_size;
  uint16_t *raw = s->method == COMPRESS_NONE ? (uint16_t *)(slot + CHUNK_HEAD) : worker->raw;
  for (size_t line = 0; line < lines; line++) fill_row(s, work->planes, first + line, raw + line * s->out_width * CHANNELS);
  size_t size = s->out_width * CHANNELS * 2 * lines;
  if (s->method != COMPRESS_NONE)
    memcpy(slot + CHUNK_HEAD, compress_chunk(worker->compressor, raw, (int)lines, &size), size);
  put32(slot, (uint32_t)first);
  put32(slot + 4, (uint32_t)size);
  work->sizes[chunk] = CHUNK_HEAD + size;
}

static void *run_worker(void *argument) {
  const worker_t *worker = argument;
  frame_work_t *work = worker->work;
  const size_t group = work->spec->method == COMPRESS_NONE ? GROUP : 1;
  for (size_t at; (at = atomic_fetch_add(&work->next, group)) < work->chunk_count;)
    for (size_t chunk = at; chunk < at + group && chunk < work->chunk_count; chunk++)
      (work->spec->dpx_bits ? make_dpx_line : make_chunk)(worker, chunk);
  return NULL;
}

static void write_all(int file, struct iovec *pieces, size_t count, const char *path) {
  while (count) {
    const ssize_t written = writev(file, pieces, count < MOST_PIECES ? (int)count : MOST_PIECES);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("%s cannot be written: %s", path, strerror(errno));
    size_t left = (size_t)written;
    while (count && left >= pieces->iov_len) {
      left -= pieces->iov_len;
      pieces++, count--;
    }
    if (count) {
      pieces->iov_base = (uint8_t *)pieces->iov_base + left;
      pieces->iov_len -= left;
    }
  }
}

static void write_frame(const frame_t *frame, const frame_work_t *work, struct iovec *pieces, uint8_t *table) {
  const size_t table_size = work->spec->dpx_bits ? 0 : work->chunk_count * 8;
  pieces[0] = (struct iovec){frame->header, frame->header_size};
  pieces[1] = (struct iovec){table, table_size};
  uint64_t offset = frame->header_size + table_size;
  for (size_t chunk = 0; chunk < work->chunk_count; chunk++) {
    if (table_size) put64(table + chunk * 8, offset);
    offset += work->sizes[chunk];
    pieces[2 + chunk] = (struct iovec){work->slots + chunk * work->slot_size, work->sizes[chunk]};
  }
  char *part;
  if (asprintf(&part, "%s.part", frame->path) < 0) fail("no memory for a path");
  const int file = open(part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  if (file < 0) fail("%s cannot be made: %s", part, strerror(errno));
  write_all(file, pieces, work->chunk_count + 2, part);
  if (close(file) || rename(part, frame->path)) fail("%s cannot be finished: %s", frame->path, strerror(errno));
  free(part);
}

static pid_t start_decoder(char **command, int *out) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) fail("no pipe: %s", strerror(errno));
  /* The default of 64 KiB costs a switch every few rows; a refusal only makes it slower. */
  fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
  const pid_t child = fork();
  if (child < 0) fail("the decoder cannot be started: %s", strerror(errno));
  if (child == 0) {
#ifdef __linux__
    /* It also writes movies: without this it would go on with them when we are killed. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    dup2(ends[1], STDOUT_FILENO);
    execv(command[0], command);
    fprintf(stderr, "exr-frames: %s cannot be started: %s\n", command[0], strerror(errno));
    _exit(127);
  }
  close(ends[1]);
  *out = ends[0];
  return child;
}

static void render(const spec_t *s, reader_t *reader) {
  const size_t per_chunk = (size_t)lines_per_chunk(s->method), row = s->out_width * CHANNELS * 2;
  frame_work_t work = {.spec = s, .slot_size = CHUNK_HEAD + row * per_chunk};
  if (s->dpx_bits) work.slot_size = dpx_line_bytes(s->dpx_bits, s->out_width);
  work.chunk_count = (s->out_height + per_chunk - 1) / per_chunk;
  work.slots = malloc(work.slot_size * work.chunk_count);
  work.sizes = calloc(work.chunk_count, sizeof *work.sizes);
  struct iovec *pieces = malloc((work.chunk_count + 2) * sizeof *pieces);
  uint8_t *table = malloc(work.chunk_count * 8);
  worker_t *workers = calloc((size_t)s->threads, sizeof *workers);
  pthread_t *threads = calloc((size_t)s->threads, sizeof *threads);
  if (!work.slots || !work.sizes || !pieces || !table || !workers || !threads) fail("no memory for a picture");
  for (int i = 0; i < s->threads; i++) {
    workers[i] = (worker_t){&work, compressor_new(s->method, s->level, s->out_width), malloc(row * per_chunk)};
    if (!workers[i].compressor || !workers[i].raw) fail("no memory for a compressor");
  }
  for (size_t i = 0; i < s->frame_count; i++) {
    work.planes = reader_next(reader);
    if (!work.planes) fail("the decoder ended after %zu of %zu frames", i, s->frame_count);
    atomic_store(&work.next, 0);
    for (int t = 1; t < s->threads; t++)
      if (pthread_create(&threads[t], NULL, run_worker, &workers[t])) fail("no thread");
    run_worker(&workers[0]);
    for (int t = 1; t < s->threads; t++) pthread_join(threads[t], NULL);
    reader_release(reader);
    write_frame(&s->frames[i], &work, pieces, table);
    printf("whole %ld\n", s->frames[i].index);
    fflush(stdout);
  }
}

static long cpu_ms(const struct rusage *use) {
  return (use->ru_utime.tv_sec + use->ru_stime.tv_sec) * 1000 + (use->ru_utime.tv_usec + use->ru_stime.tv_usec) / 1000;
}

static void end_decoder(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) fail("the decoder is lost: %s", strerror(errno));
  if (!WIFEXITED(status) || WEXITSTATUS(status)) fail("the decoder ended with status %d", status);
  struct rusage own, others;
  getrusage(RUSAGE_SELF, &own);
  getrusage(RUSAGE_CHILDREN, &others);
  printf("cost %ld %ld\n", cpu_ms(&own) + cpu_ms(&others), own.ru_maxrss + others.ru_maxrss);
}

int main(int count, char **arguments) {
  if (count == 2 && !strcmp(arguments[1], "--version")) {
    /* Raised whenever other bytes come out; the library is the other half of what decides them. */
    printf("exr-frames 1.0 (libdeflate %s)\n", LIBDEFLATE_VERSION_STRING);
    return 0;
  }
  if (count == 3 && !strcmp(arguments[1], "--mosaic")) {
    write_mosaic_frames(arguments[2]);
    return 0;
  }
  if (count < 4 || strcmp(arguments[2], "--")) fail("usage: exr-frames JOB -- DECODER ARGUMENT…");
  spec_t spec;
  read_spec(arguments[1], &spec);
  int pipe;
  const pid_t child = start_decoder(arguments + 3, &pipe);
  const size_t frame_bytes = spec.width * spec.height * CHANNELS * sizeof(float);
  reader_t *reader = reader_start(pipe, frame_bytes, spec.frame_count);
  if (!reader) fail("no memory for a frame");
  render(&spec, reader);
  reader_end(reader);
  close(pipe);
  end_decoder(child);
  return 0;
}
