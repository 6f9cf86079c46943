#include "compress.h"

#include <libdeflate.h>
#include <stdlib.h>

enum { CHANNELS = 3 };

struct compressor {
  method_t method;
  size_t width;
  struct libdeflate_compressor *deflater;
  piz_t *piz;
  uint8_t *scratch;
  uint8_t *out;
};

int lines_per_chunk(method_t method) {
  if (method == COMPRESS_ZIP) return 16;
  return method == COMPRESS_PIZ ? 32 : 1;
}

compressor_t *compressor_new(method_t method, int level, size_t width) {
  compressor_t *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  c->method = method;
  c->width = width;
  const size_t raw = width * CHANNELS * 2 * (size_t)lines_per_chunk(method);
  if (method == COMPRESS_ZIP) c->deflater = libdeflate_alloc_compressor(level);
  if (method == COMPRESS_PIZ) c->piz = piz_new(raw / 2);
  c->scratch = malloc(raw);
  c->out = malloc(raw + 64);
  const int missing = (method == COMPRESS_ZIP && !c->deflater) || (method == COMPRESS_PIZ && !c->piz);
  if (!missing && c->scratch && c->out) return c;
  compressor_free(c);
  return NULL;
}

void compressor_free(compressor_t *c) {
  if (!c) return;
  if (c->deflater) libdeflate_free_compressor(c->deflater);
  piz_free(c->piz);
  free(c->scratch);
  free(c->out);
  free(c);
}

const uint8_t *compress_chunk(compressor_t *c, const uint16_t *raw, int lines, size_t *size) {
  const size_t raw_size = c->width * CHANNELS * 2 * (size_t)lines;
  size_t packed = 0;
  if (c->method == COMPRESS_ZIP) packed = zip_chunk(c->deflater, (const uint8_t *)raw, raw_size, c->scratch, c->out);
  if (c->method == COMPRESS_PIZ) packed = piz_chunk(c->piz, raw, c->width, lines, c->out, raw_size);
  *size = packed ? packed : raw_size;
  return packed ? c->out : (const uint8_t *)raw;
}

/*
 * ZIP of OpenEXR: low bytes, then high bytes, each as the difference to the one before plus 128, then zlib.
 * Source: OpenEXR technical introduction, "Data Compression"; the order of steps as its readers undo them.
 */
size_t zip_chunk(void *deflater, const uint8_t *raw, size_t raw_size, uint8_t *scratch, uint8_t *out) {
  const size_t half = (raw_size + 1) / 2;
  for (size_t i = 0; i < raw_size / 2; i++) {
    out[i] = raw[2 * i];
    out[half + i] = raw[2 * i + 1];
  }
  scratch[0] = out[0];
  for (size_t i = 1; i < raw_size; i++) scratch[i] = (uint8_t)(out[i] - out[i - 1] + 128);
  return libdeflate_zlib_compress(deflater, scratch, raw_size, out, raw_size - 1);
}
