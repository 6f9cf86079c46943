#include "dpx.h"

#include <string.h>

size_t dpx_line_bytes(int bits, size_t width) { return bits == 10 ? width * 4 : (width * 6 + 3) / 4 * 4; }

/* NaN fails the first comparison and is black. */
static inline uint32_t code_of(float value, float highest) {
  value = value > 0 ? value : 0;
  value = value < 1 ? value : 1;
  return (uint32_t)(value * highest + 0.5f);
}

static inline uint32_t swapped(uint32_t word) { return __builtin_bswap32(word); }

void dpx_line(int bits, const color_t *color, const float *r, const float *g, const float *b, size_t at_x, size_t used,
              size_t width, uint8_t *out) {
  memset(out, 0, dpx_line_bytes(bits, width));
  if (!used) return;
  const float highest = (float)((1 << bits) - 1);
  uint8_t *at = out + at_x * (bits == 10 ? 4 : 6);
  for (size_t i = 0; i < used; i++) {
    float rgb[3] = {r[i], g[i], b[i]};
    color_pixel(color, rgb);
    uint32_t codes[3];
    for (int c = 0; c < 3; c++) codes[c] = code_of(rgb[c], highest);
    if (bits == 10) {
      const uint32_t word = swapped(codes[0] << 22 | codes[1] << 12 | codes[2] << 2);
      memcpy(at, &word, 4);
      at += 4;
    } else {
      for (int c = 0; c < 3; c++) {
        *at++ = (uint8_t)(codes[c] >> 8);
        *at++ = (uint8_t)codes[c];
      }
    }
  }
}
