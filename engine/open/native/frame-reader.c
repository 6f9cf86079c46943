#include "frame-reader.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/* One: while it is compressed the decoder makes the next one in its own memory, and a picture of 4K takes 100 MB. */
enum { AHEAD = 1 };

struct reader {
  int pipe;
  size_t frame_bytes, wanted;
  float *buffers[AHEAD];
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  size_t filled, taken;
  int ended;
};

/* Whether the whole frame came. */
static int fill(const reader_t *r, char *buffer) {
  for (size_t got = 0; got < r->frame_bytes;) {
    const ssize_t count = read(r->pipe, buffer + got, r->frame_bytes - got);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return 0;
    got += (size_t)count;
  }
  return 1;
}

static void *run_reader(void *argument) {
  reader_t *r = argument;
  for (size_t frame = 0; frame < r->wanted && !r->ended; frame++) {
    pthread_mutex_lock(&r->lock);
    while (frame >= r->taken + AHEAD) pthread_cond_wait(&r->changed, &r->lock);
    pthread_mutex_unlock(&r->lock);
    const int is_whole = fill(r, (char *)r->buffers[frame % AHEAD]);
    pthread_mutex_lock(&r->lock);
    r->filled += (size_t)is_whole;
    r->ended = !is_whole;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
  }
  return NULL;
}

reader_t *reader_start(int pipe, size_t frame_bytes, size_t frames) {
  reader_t *r = calloc(1, sizeof *r);
  if (!r) return NULL;
  r->pipe = pipe;
  r->frame_bytes = frame_bytes;
  r->wanted = frames;
  pthread_mutex_init(&r->lock, NULL);
  pthread_cond_init(&r->changed, NULL);
  for (int i = 0; i < AHEAD; i++)
    if (!(r->buffers[i] = malloc(frame_bytes))) return NULL;
  return pthread_create(&r->thread, NULL, run_reader, r) ? NULL : r;
}

const float *reader_next(reader_t *r) {
  pthread_mutex_lock(&r->lock);
  while (r->filled <= r->taken && !r->ended) pthread_cond_wait(&r->changed, &r->lock);
  const int is_there = r->filled > r->taken;
  pthread_mutex_unlock(&r->lock);
  return is_there ? r->buffers[r->taken % AHEAD] : NULL;
}

void reader_release(reader_t *r) {
  pthread_mutex_lock(&r->lock);
  r->taken++;
  pthread_cond_broadcast(&r->changed);
  pthread_mutex_unlock(&r->lock);
}

void reader_end(reader_t *r) {
  pthread_join(r->thread, NULL);
  for (int i = 0; i < AHEAD; i++) free(r->buffers[i]);
  free(r);
}
