/*
 * PIZ of OpenEXR: the values that occur are numbered, a Haar wavelet runs over each channel, and all of it is
 * Huffman-coded. Written from the file format: bitmap of values, wavelet with wrap-around arithmetic above 14 bits,
 * canonical codes of at most 58 bits with a run-length symbol, 6-bit packed lengths.
 * Source: OpenEXR technical introduction, "Data Compression"; bit layout as OpenEXR's readers take it.
 */
#include <stdlib.h>
#include <string.h>

#include "compress.h"
#include "huffman.h"

enum { CHANNELS = 3, VALUES = 1 << 16, BITMAP_BYTES = VALUES / 8 };

struct piz {
  uint16_t *values;
  uint16_t *number_of;
  uint8_t *bitmap;
  huffman_t *huffman;
};

piz_t *piz_new(size_t values) {
  piz_t *p = calloc(1, sizeof *p);
  if (!p) return NULL;
  p->values = malloc(values * 2);
  p->number_of = malloc(VALUES * 2);
  p->bitmap = malloc(BITMAP_BYTES);
  p->huffman = huffman_new();
  if (p->values && p->number_of && p->bitmap && p->huffman) return p;
  piz_free(p);
  return NULL;
}

void piz_free(piz_t *p) {
  if (!p) return;
  free(p->values);
  free(p->number_of);
  free(p->bitmap);
  huffman_free(p->huffman);
  free(p);
}

/* Chunks come line by line; PIZ wants channel by channel. */
static void gather_channels(const uint16_t *raw, size_t width, int lines, uint16_t *out) {
  for (int channel = 0; channel < CHANNELS; channel++)
    for (int line = 0; line < lines; line++)
      memcpy(out + ((size_t)channel * lines + line) * width, raw + ((size_t)line * CHANNELS + channel) * width,
             width * 2);
}

/* Numbers the values that occur, zero always first; returns the highest number. */
static uint16_t number_values(piz_t *p, size_t count) {
  memset(p->number_of, 0, VALUES * 2);
  for (size_t i = 0; i < count; i++) p->number_of[p->values[i]] = 1;
  memset(p->bitmap, 0, BITMAP_BYTES);
  uint32_t next = 1;
  p->number_of[0] = 0;
  for (uint32_t value = 1; value < VALUES; value++)
    if (p->number_of[value]) {
      p->bitmap[value >> 3] |= (uint8_t)(1 << (value & 7));
      p->number_of[value] = (uint16_t)next++;
    }
  for (size_t i = 0; i < count; i++) p->values[i] = p->number_of[p->values[i]];
  return (uint16_t)(next - 1);
}

static inline void pair14(uint16_t a, uint16_t b, uint16_t *low, uint16_t *high) {
  const int as = (int16_t)a, bs = (int16_t)b;
  *low = (uint16_t)((as + bs) >> 1);
  *high = (uint16_t)(as - bs);
}

/* Differences of 16-bit values do not fit 16 bits: this pair wraps around and can still be undone. */
static inline void pair16(uint16_t a, uint16_t b, uint16_t *low, uint16_t *high) {
  const int shifted = (a + 0x8000) & 0xffff;
  const int difference = shifted - b;
  int mean = (shifted + b) >> 1;
  if (difference < 0) mean = (mean + 0x8000) & 0xffff;
  *low = (uint16_t)mean;
  *high = (uint16_t)(difference & 0xffff);
}

/* One level of the wavelet on a grid of step `p`; `pair` is a constant where this is called, so it is compiled in. */
static inline __attribute__((always_inline)) void level(uint16_t *plane, size_t width, size_t height, size_t p,
                                                        void (*pair)(uint16_t, uint16_t, uint16_t *, uint16_t *)) {
  const size_t p2 = p * 2;
  size_t y = 0;
  for (; y + p2 <= height; y += p2) {
    uint16_t *upper = plane + y * width, *lower = upper + p * width;
    size_t x = 0;
    for (; x + p2 <= width; x += p2) {
      uint16_t l0, h0, l1, h1;
      pair(upper[x], upper[x + p], &l0, &h0);
      pair(lower[x], lower[x + p], &l1, &h1);
      pair(l0, l1, &upper[x], &lower[x]);
      pair(h0, h1, &upper[x + p], &lower[x + p]);
    }
    if (width & p) {
      uint16_t low;
      pair(upper[x], lower[x], &low, &lower[x]);
      upper[x] = low;
    }
  }
  if (height & p) {
    uint16_t *row = plane + y * width;
    for (size_t x = 0; x + p2 <= width; x += p2) {
      uint16_t low;
      pair(row[x], row[x + p], &low, &row[x + p]);
      row[x] = low;
    }
  }
}

static void wavelet(uint16_t *plane, size_t width, size_t height, uint16_t highest) {
  const size_t shorter = width < height ? width : height;
  for (size_t p = 1; p * 2 <= shorter; p *= 2) {
    if (highest < 1 << 14)
      level(plane, width, height, p, pair14);
    else
      level(plane, width, height, p, pair16);
  }
}

static uint8_t *put16(uint8_t *out, uint32_t value) {
  out[0] = (uint8_t)value;
  out[1] = (uint8_t)(value >> 8);
  return out + 2;
}

size_t piz_chunk(piz_t *p, const uint16_t *raw, size_t width, int lines, uint8_t *out, size_t raw_size) {
  const size_t plane = width * (size_t)lines, count = plane * CHANNELS;
  gather_channels(raw, width, lines, p->values);
  const uint16_t highest = number_values(p, count);
  uint32_t first = 0, last = BITMAP_BYTES - 1;
  while (first < BITMAP_BYTES && !p->bitmap[first]) first++;
  while (last > 0 && !p->bitmap[last]) last--;
  /* A chunk of zeros has no bitmap: the format tells it by a first byte after the last. */
  if (first == BITMAP_BYTES) first = BITMAP_BYTES - 1;
  const size_t head = 4 + (first <= last ? last - first + 1 : 0) + 4;
  if (head >= raw_size) return 0;
  uint8_t *at = put16(put16(out, first), last);
  if (first <= last) {
    memcpy(at, p->bitmap + first, last - first + 1);
    at += last - first + 1;
  }
  for (int channel = 0; channel < CHANNELS; channel++) wavelet(p->values + channel * plane, width, (size_t)lines, highest);
  const size_t packed = huffman_encode(p->huffman, p->values, count, at + 4, raw_size - head);
  if (!packed) return 0;
  put16(put16(at, (uint32_t)packed & 0xffff), (uint32_t)(packed >> 16));
  return head + packed;
}
