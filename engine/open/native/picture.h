#ifndef RUSHES_PICTURE_H
#define RUSHES_PICTURE_H
#include <stddef.h>
#include <stdint.h>

/* Curve samples lie 1/65536 apart, a power of two, so that finding a sample loses no bit of the value. */
#define CURVE_STEPS_PER_UNIT 65536
#define CURVE_FIRST (-2)
#define CURVE_LAST 4
#define CURVE_SAMPLES ((CURVE_LAST - CURVE_FIRST) * CURVE_STEPS_PER_UNIT + 1)

/* What happens to every pixel: a curve per value (NULL: none), then a 3x3 matrix, row by row. */
typedef struct {
  const float *curve;
  float matrix[9];
} color_t;

/* One pixel, red, green, blue, in place: what the conversions below do before they round. */
void color_pixel(const color_t *color, float rgb[3]);

/*
 * Converts n pixels of three planes to half floats, three rows of n: red, green, blue. Rounds to nearest even, as
 * OpenEXR does. Both forms give the same bits; the other one uses what the processor has.
 */
void convert_portable(const color_t *color, const float *r, const float *g, const float *b, uint16_t *out_r,
                      uint16_t *out_g, uint16_t *out_b, size_t n);
void convert_fast(const color_t *color, const float *r, const float *g, const float *b, uint16_t *out_r,
                  uint16_t *out_g, uint16_t *out_b, size_t n);
#endif
