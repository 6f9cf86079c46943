#include "picture.h"

#include <math.h>
#include <string.h>

static uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

/* IEEE 754 binary32 to binary16, round to nearest even; overflow gives infinity, NaN keeps its upper bits and is quiet. */
static uint16_t half_of(float value) {
  const uint32_t bits = bits_of(value);
  const uint16_t sign = (uint16_t)(bits >> 16) & 0x8000;
  const uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return (uint16_t)(sign | 0x7e00 | (magnitude >> 13 & 0x3ff));
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    const uint32_t rebased = magnitude - 0x38000000;
    return (uint16_t)(sign | ((rebased + 0xfff + (rebased >> 13 & 1)) >> 13));
  }
  if (magnitude < 0x33000000) return sign;
  const uint32_t shift = 126 - (magnitude >> 23);
  const uint32_t mantissa = (magnitude & 0x7fffff) | 0x800000;
  const uint32_t kept = mantissa >> shift;
  const uint32_t rest = mantissa & ((1u << shift) - 1);
  const uint32_t middle = 1u << (shift - 1);
  return (uint16_t)(sign | (kept + (rest > middle || (rest == middle && (kept & 1)))));
}

static float through_curve(const float *curve, float value) {
  const float low = CURVE_FIRST, high = CURVE_LAST;
  /* NaN fails the first comparison and becomes the lowest value, as the vector form has it. */
  value = value > low ? value : low;
  value = value < high ? value : high;
  const float at = value * CURVE_STEPS_PER_UNIT;
  float whole = floorf(at);
  const float last = (float)CURVE_LAST * CURVE_STEPS_PER_UNIT - 1;
  whole = whole < last ? whole : last;
  const float share = at - whole;
  const float *sample = curve + (int32_t)whole - CURVE_FIRST * CURVE_STEPS_PER_UNIT;
  return sample[0] + (sample[1] - sample[0]) * share;
}

void color_pixel(const color_t *color, float rgb[3]) {
  const float *m = color->matrix;
  if (color->curve)
    for (int c = 0; c < 3; c++) rgb[c] = through_curve(color->curve, rgb[c]);
  const float x = rgb[0], y = rgb[1], z = rgb[2];
  for (int c = 0; c < 3; c++, m += 3) rgb[c] = (m[0] * x + m[1] * y) + m[2] * z;
}

void convert_portable(const color_t *color, const float *r, const float *g, const float *b, uint16_t *out_r,
                      uint16_t *out_g, uint16_t *out_b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    float rgb[3] = {r[i], g[i], b[i]};
    color_pixel(color, rgb);
    out_r[i] = half_of(rgb[0]);
    out_g[i] = half_of(rgb[1]);
    out_b[i] = half_of(rgb[2]);
  }
}

#ifdef __x86_64__
#include <immintrin.h>

#define VECTOR __attribute__((target("avx2,f16c")))

VECTOR static inline __m256 curve8(const float *curve, __m256 value) {
  value = _mm256_max_ps(value, _mm256_set1_ps(CURVE_FIRST));
  value = _mm256_min_ps(value, _mm256_set1_ps(CURVE_LAST));
  const __m256 at = _mm256_mul_ps(value, _mm256_set1_ps(CURVE_STEPS_PER_UNIT));
  const __m256 last = _mm256_set1_ps((float)CURVE_LAST * CURVE_STEPS_PER_UNIT - 1);
  const __m256 whole = _mm256_min_ps(_mm256_floor_ps(at), last);
  const __m256 share = _mm256_sub_ps(at, whole);
  const __m256i index =
      _mm256_add_epi32(_mm256_cvttps_epi32(whole), _mm256_set1_epi32(-CURVE_FIRST * CURVE_STEPS_PER_UNIT));
  const __m256 a = _mm256_i32gather_ps(curve, index, 4);
  const __m256 b = _mm256_i32gather_ps(curve + 1, index, 4);
  return _mm256_add_ps(a, _mm256_mul_ps(_mm256_sub_ps(b, a), share));
}

VECTOR static inline void row8(const float *m, __m256 x, __m256 y, __m256 z, uint16_t *out) {
  const __m256 sum = _mm256_add_ps(_mm256_mul_ps(_mm256_set1_ps(m[0]), x), _mm256_mul_ps(_mm256_set1_ps(m[1]), y));
  const __m256 value = _mm256_add_ps(sum, _mm256_mul_ps(_mm256_set1_ps(m[2]), z));
  _mm_storeu_si128((__m128i *)out, _mm256_cvtps_ph(value, _MM_FROUND_TO_NEAREST_INT));
}

VECTOR static void convert_vector(const color_t *color, const float *r, const float *g, const float *b,
                                  uint16_t *out_r, uint16_t *out_g, uint16_t *out_b, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    __m256 x = _mm256_loadu_ps(r + i), y = _mm256_loadu_ps(g + i), z = _mm256_loadu_ps(b + i);
    if (color->curve) {
      x = curve8(color->curve, x);
      y = curve8(color->curve, y);
      z = curve8(color->curve, z);
    }
    row8(color->matrix, x, y, z, out_r + i);
    row8(color->matrix + 3, x, y, z, out_g + i);
    row8(color->matrix + 6, x, y, z, out_b + i);
  }
  convert_portable(color, r + i, g + i, b + i, out_r + i, out_g + i, out_b + i, n - i);
}

void convert_fast(const color_t *color, const float *r, const float *g, const float *b, uint16_t *out_r,
                  uint16_t *out_g, uint16_t *out_b, size_t n) {
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c"))
    convert_vector(color, r, g, b, out_r, out_g, out_b, n);
  else
    convert_portable(color, r, g, b, out_r, out_g, out_b, n);
}
#else
void convert_fast(const color_t *color, const float *r, const float *g, const float *b, uint16_t *out_r,
                  uint16_t *out_g, uint16_t *out_b, size_t n) {
  convert_portable(color, r, g, b, out_r, out_g, out_b, n);
}
#endif
