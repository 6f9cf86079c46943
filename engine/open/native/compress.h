#ifndef RUSHES_COMPRESS_H
#define RUSHES_COMPRESS_H
#include <stddef.h>
#include <stdint.h>

/* Working memory of one thread for one chunk at a time. */
typedef struct compressor compressor_t;

typedef enum { COMPRESS_NONE = 0, COMPRESS_ZIP = 3, COMPRESS_PIZ = 4 } method_t;

/* Scan lines in a chunk. Source: OpenEXR file layout, "Compression". */
int lines_per_chunk(method_t method);

/* NULL when memory is out. `level` is for ZIP. */
compressor_t *compressor_new(method_t method, int level, size_t width);
void compressor_free(compressor_t *compressor);

/*
 * Compresses a chunk: `lines` rows of three rows of `width` half floats (B, G, R). Gives the bytes to store, which stay
 * valid until the next call; it is `raw` itself where nothing was gained, as the format wants it.
 */
const uint8_t *compress_chunk(compressor_t *compressor, const uint16_t *raw, int lines, size_t *size);

/* For zip.c and piz.c: bytes written to `out`, or 0 when they would not be fewer than `raw_size`. */
size_t zip_chunk(void *deflater, const uint8_t *raw, size_t raw_size, uint8_t *scratch, uint8_t *out);
typedef struct piz piz_t;
piz_t *piz_new(size_t values);
void piz_free(piz_t *piz);
size_t piz_chunk(piz_t *piz, const uint16_t *raw, size_t width, int lines, uint8_t *out, size_t raw_size);
#endif
