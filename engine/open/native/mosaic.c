#define _GNU_SOURCE
#include "mosaic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spec.h"

/* Rows and columns around the picture, so that the filter needs no case for the edge. */
enum { BORDER = 2 };

typedef struct {
  size_t width, height, stride;
  int bits, big_endian, clip;
  char layout[5];
  float black, white, balance[3];
  float *samples; /* with their border */
  float *planes;  /* G, B, R */
  uint8_t *packed;
  size_t packed_size, row_bytes;
} mosaic_t;

static int color_at(const mosaic_t *m, size_t y, size_t x) {
  const char letter = m->layout[(y & 1) * 2 + (x & 1)];
  return letter == 'R' ? 0 : letter == 'G' ? 1 : 2;
}

/* Sample `x` of a row. Bits are packed most significant first, as TIFF has it; 16-bit samples follow the byte order. */
static uint32_t sample_of(const mosaic_t *m, const uint8_t *row, size_t x) {
  if (m->bits == 8) return row[x];
  if (m->bits == 16)
    return m->big_endian ? (uint32_t)row[2 * x] << 8 | row[2 * x + 1] : (uint32_t)row[2 * x + 1] << 8 | row[2 * x];
  const size_t bit = x * (size_t)m->bits, byte = bit >> 3;
  uint32_t window = 0;
  for (size_t i = 0; i < 4; i++) window = window << 8 | (byte + i < m->row_bytes ? row[byte + i] : 0);
  return window << (bit & 7) >> (32 - m->bits);
}

static void unpack(mosaic_t *m) {
  const float scale = 1 / (m->white - m->black);
  for (size_t y = 0; y < m->height; y++) {
    const uint8_t *row = m->packed + y * m->row_bytes;
    float *out = m->samples + (y + BORDER) * m->stride + BORDER;
    const float gain[2] = {scale * m->balance[color_at(m, y, 0)], scale * m->balance[color_at(m, y, 1)]};
    if (m->bits == 16 && !m->big_endian) {
      const uint16_t *codes = (const uint16_t *)row;
      for (size_t x = 0; x + 2 <= m->width; x += 2) {
        out[x] = ((float)codes[x] - m->black) * gain[0];
        out[x + 1] = ((float)codes[x + 1] - m->black) * gain[1];
      }
      if (m->width & 1) out[m->width - 1] = ((float)codes[m->width - 1] - m->black) * gain[0];
    } else {
      for (size_t x = 0; x < m->width; x++) out[x] = ((float)sample_of(m, row, x) - m->black) * gain[x & 1];
    }
  }
}

/* The border repeats the outermost two rows and columns, which keeps the colours of the pattern in their places. */
static void fill_border(mosaic_t *m) {
  const size_t w = m->width, h = m->height, bytes = m->stride * sizeof *m->samples;
  for (size_t y = BORDER; y < h + BORDER; y++) {
    float *row = m->samples + y * m->stride;
    for (size_t i = 0; i < BORDER; i++) {
      row[i] = row[BORDER + i];
      row[BORDER + w + i] = row[w + i];
    }
  }
  for (size_t i = 0; i < BORDER; i++) {
    memcpy(m->samples + i * m->stride, m->samples + (BORDER + i) * m->stride, bytes);
    memcpy(m->samples + (BORDER + h + i) * m->stride, m->samples + (h + i) * m->stride, bytes);
  }
}

/*
 * Linear interpolation of Malvar, He and Cutler. Source: "High-quality linear interpolation for demosaicing of
 * Bayer-patterned color images", ICASSP 2004, figure 2. `s` points at the sample, `n` is the stride.
 */
static inline float green_here(const float *s, ptrdiff_t n) {
  return (4 * s[0] + 2 * (s[-n] + s[n] + s[-1] + s[1]) - (s[-2 * n] + s[2 * n] + s[-2] + s[2])) * 0.125f;
}

static inline float across(const float *s, ptrdiff_t n) {
  const float corners = s[-n - 1] + s[-n + 1] + s[n - 1] + s[n + 1];
  return (5 * s[0] + 4 * (s[-1] + s[1]) - (s[-2] + s[2]) - corners + 0.5f * (s[-2 * n] + s[2 * n])) * 0.125f;
}

static inline float along(const float *s, ptrdiff_t n) {
  const float corners = s[-n - 1] + s[-n + 1] + s[n - 1] + s[n + 1];
  return (5 * s[0] + 4 * (s[-n] + s[n]) - (s[-2 * n] + s[2 * n]) - corners + 0.5f * (s[-2] + s[2])) * 0.125f;
}

static inline float opposite(const float *s, ptrdiff_t n) {
  const float corners = s[-n - 1] + s[-n + 1] + s[n - 1] + s[n + 1];
  return (6 * s[0] + 2 * corners - 1.5f * (s[-2 * n] + s[2 * n] + s[-2] + s[2])) * 0.125f;
}

/* Two pixels of a row: first one of the row's red or blue, then green, or the other way round. */
static void demosaic_row(const mosaic_t *m, size_t y) {
  const ptrdiff_t n = (ptrdiff_t)m->stride;
  const size_t plane = m->width * m->height;
  const float *s = m->samples + (y + BORDER) * m->stride + BORDER;
  float *planes[3] = {m->planes + 2 * plane + y * m->width, m->planes + y * m->width, m->planes + plane + y * m->width};
  for (size_t phase = 0; phase < 2; phase++) {
    const int here = color_at(m, y, phase), beside = color_at(m, y, phase ^ 1);
    if (here == 1) {
      float *green = planes[1], *row_color = planes[beside], *other = planes[2 - beside];
      for (size_t x = phase; x < m->width; x += 2) {
        green[x] = s[x];
        row_color[x] = across(s + x, n);
        other[x] = along(s + x, n);
      }
    } else {
      float *own = planes[here], *green = planes[1], *other = planes[2 - here];
      for (size_t x = phase; x < m->width; x += 2) {
        own[x] = s[x];
        green[x] = green_here(s + x, n);
        other[x] = opposite(s + x, n);
      }
    }
  }
  if (!m->clip) return;
  for (int c = 0; c < 3; c++)
    for (size_t x = 0; x < m->width; x++) planes[c][x] = planes[c][x] < 1 ? planes[c][x] : 1;
}

static void read_picture(const mosaic_t *m, long offset, const char *path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) fail("%s cannot be read: %s", path, strerror(errno));
  for (size_t got = 0; got < m->packed_size;) {
    const ssize_t count = pread(file, m->packed + got, m->packed_size - got, offset + (off_t)got);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail("%s ends before its picture does", path);
    got += (size_t)count;
  }
  close(file);
}

static void write_planes(const mosaic_t *m) {
  const uint8_t *bytes = (const uint8_t *)m->planes;
  for (size_t left = m->width * m->height * 3 * sizeof(float); left;) {
    const ssize_t count = write(STDOUT_FILENO, bytes, left);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("the pictures cannot be handed on: %s", strerror(errno));
    bytes += count;
    left -= (size_t)count;
  }
}

static void make_room(mosaic_t *m) {
  if (!m->width || !m->height || m->width > 1 << 16 || m->height > 1 << 16 || m->width < 3 || m->height < 3)
    fail("a mosaic has no size");
  if (!(m->white > m->black) || m->bits < 8 || m->bits > 16) fail("a mosaic has no levels");
  m->stride = m->width + 2 * BORDER;
  m->row_bytes = (m->width * (size_t)m->bits + 7) / 8;
  m->packed_size = m->row_bytes * m->height;
  m->samples = malloc(m->stride * (m->height + 2 * BORDER) * sizeof *m->samples);
  m->planes = malloc(m->width * m->height * 3 * sizeof *m->planes);
  m->packed = malloc(m->packed_size);
  if (!m->samples || !m->planes || !m->packed) fail("no memory for a frame");
}

static void make_frame(mosaic_t *m, char *line) {
  char *path = strchr(line, ' ');
  if (!path) fail("a frame line is not OFFSET PATH");
  if (!m->samples) make_room(m);
  read_picture(m, strtol(line, NULL, 10), path + 1);
  unpack(m);
  fill_border(m);
  for (size_t y = 0; y < m->height; y++) demosaic_row(m, y);
  write_planes(m);
}

static int take(mosaic_t *m, const char *name, char *value) {
  if (!strcmp(name, "size")) return sscanf(value, "%zu %zu", &m->width, &m->height) == 2;
  if (!strcmp(name, "bits")) return sscanf(value, "%d", &m->bits) == 1;
  if (!strcmp(name, "big-endian")) return m->big_endian = 1;
  if (!strcmp(name, "clip")) return m->clip = 1;
  if (!strcmp(name, "layout")) return sscanf(value, "%4[RGB]", m->layout) == 1 && strlen(m->layout) == 4;
  if (!strcmp(name, "black")) return sscanf(value, "%f", &m->black) == 1;
  if (!strcmp(name, "white")) return sscanf(value, "%f", &m->white) == 1;
  if (!strcmp(name, "balance")) return sscanf(value, "%f %f %f", m->balance, m->balance + 1, m->balance + 2) == 3;
  if (strcmp(name, "frame")) return 0;
  make_frame(m, value);
  return 1;
}

void write_mosaic_frames(const char *job) {
  mosaic_t mosaic = {0};
  FILE *file = fopen(job, "r");
  if (!file) fail("%s cannot be read: %s", job, strerror(errno));
  char *line = NULL;
  size_t room = 0;
  for (ssize_t length; (length = getline(&line, &room, file)) > 0;) {
    if (line[length - 1] == '\n') line[length - 1] = 0;
    char *value = strchr(line, ' ');
    if (value) *value++ = 0;
    if (!take(&mosaic, line, value ? value : "")) fail("a line of the mosaic job is not understood: %s", line);
  }
  fclose(file);
}
