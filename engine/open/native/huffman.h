#ifndef RUSHES_HUFFMAN_H
#define RUSHES_HUFFMAN_H
#include <stddef.h>
#include <stdint.h>

/* Working memory of the coder: a few MiB. */
typedef struct huffman huffman_t;
huffman_t *huffman_new(void);
void huffman_free(huffman_t *huffman);

/* Codes 16-bit symbols; gives the bytes written, or 0 when they would not be fewer than `limit`. */
size_t huffman_encode(huffman_t *huffman, const uint16_t *symbols, size_t count, uint8_t *out, size_t limit);
#endif
