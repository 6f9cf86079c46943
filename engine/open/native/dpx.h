#ifndef RUSHES_DPX_H
#define RUSHES_DPX_H
#include <stddef.h>
#include <stdint.h>

#include "picture.h"

/* Bytes of a line of RGB samples: lines begin on 32-bit boundaries. `bits` is 10 or 16. Source: SMPTE ST 268-1, 8. */
size_t dpx_line_bytes(int bits, size_t width);

/*
 * Writes a line of `width` pixels: black, and from `at_x` on `used` coloured ones. Codes are the value times the highest
 * code, rounded to nearest, cut off at both ends. 10 bits: three to a big-endian word, two low bits empty ("filled,
 * method A"); 16 bits: big-endian samples.
 */
void dpx_line(int bits, const color_t *color, const float *r, const float *g, const float *b, size_t at_x, size_t used,
              size_t width, uint8_t *out);
#endif
