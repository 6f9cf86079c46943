#include "huffman.h"

#include <stdlib.h>
#include <string.h>

/* The run-length symbol stands after the highest one, so there may be one more than 16 bits count. */
enum { SYMBOLS = (1 << 16) + 1, LONGEST_CODE = 58, HEADER_BYTES = 20, LONGEST_RUN = 255 };

/* Lengths are packed in 6 bits; these values stand for runs of symbols that have no code. */
enum { SHORT_ZERO_RUN = 59, LONG_ZERO_RUN = 63, FIRST_LONG = 6, LAST_LONG = 261 };

struct huffman {
  uint64_t code[SYMBOLS];
  uint8_t length[SYMBOLS];
  uint32_t frequency[SYMBOLS];
  uint32_t order[SYMBOLS], spare[SYMBOLS];
  uint32_t parent[2 * SYMBOLS];
  uint64_t weight[2 * SYMBOLS];
};

typedef struct {
  uint8_t *at;
  uint64_t bits;
  int held;
} writer_t;

huffman_t *huffman_new(void) { return malloc(sizeof(huffman_t)); }
void huffman_free(huffman_t *h) { free(h); }

static inline void put_bits(writer_t *w, uint64_t bits, int count) {
  /* A code has up to 58 bits and up to 7 may be held: in two steps it always fits. */
  if (count > 32) {
    put_bits(w, bits >> 32, count - 32);
    bits &= 0xffffffff;
    count = 32;
  }
  w->bits = w->bits << count | bits;
  w->held += count;
  while (w->held >= 8) *w->at++ = (uint8_t)(w->bits >> (w->held -= 8));
}

/* Symbols in use by rising frequency, then by value: a radix sort, so that the order never depends on a library. */
static uint32_t sort_by_frequency(huffman_t *h, uint32_t first, uint32_t last) {
  uint32_t used = 0;
  for (uint32_t s = first; s <= last; s++)
    if (h->frequency[s]) h->order[used++] = s;
  uint32_t *from = h->order, *to = h->spare;
  for (int shift = 0; shift < 32; shift += 8) {
    uint32_t start[257] = {0};
    for (uint32_t i = 0; i < used; i++) start[(h->frequency[from[i]] >> shift & 255) + 1]++;
    if (start[1] == used && shift) continue;
    for (int i = 0; i < 256; i++) start[i + 1] += start[i];
    for (uint32_t i = 0; i < used; i++) to[start[h->frequency[from[i]] >> shift & 255]++] = from[i];
    uint32_t *swap = from;
    from = to;
    to = swap;
  }
  if (from != h->order) memcpy(h->order, from, used * sizeof *from);
  return used;
}

/* Two queues, the sorted leaves and the made nodes, whose weights rise by themselves: linear after the sort. */
static void find_lengths(huffman_t *h, uint32_t used) {
  if (used == 1) {
    h->length[h->order[0]] = 1;
    return;
  }
  for (uint32_t i = 0; i < used; i++) h->weight[i] = h->frequency[h->order[i]];
  uint32_t leaf = 0, node = used, made = used;
  const uint32_t root = 2 * used - 2;
  for (; made <= root; made++) {
    uint64_t sum = 0;
    for (int child = 0; child < 2; child++) {
      const int take_leaf = leaf < used && (node >= made || h->weight[leaf] <= h->weight[node]);
      const uint32_t taken = take_leaf ? leaf++ : node++;
      sum += h->weight[taken];
      h->parent[taken] = made;
    }
    h->weight[made] = sum;
  }
  /* Depths from the root down; the weights are no longer needed and hold them. */
  h->weight[root] = 0;
  for (uint32_t i = root; i-- > 0;) h->weight[i] = h->weight[h->parent[i]] + 1;
  for (uint32_t i = 0; i < used; i++) h->length[h->order[i]] = (uint8_t)h->weight[i];
}

/* Canonical codes: longest first from zero, in order of the symbols within a length. */
static void assign_codes(huffman_t *h, uint32_t first, uint32_t last) {
  uint64_t count[LONGEST_CODE + 1] = {0}, code = 0;
  for (uint32_t s = first; s <= last; s++) count[h->length[s]]++;
  for (int length = LONGEST_CODE; length > 0; length--) {
    const uint64_t next = (code + count[length]) >> 1;
    count[length] = code;
    code = next;
  }
  for (uint32_t s = first; s <= last; s++)
    if (h->length[s]) h->code[s] = count[h->length[s]]++;
}

static uint8_t *pack_lengths(const huffman_t *h, uint32_t first, uint32_t last, uint8_t *out) {
  writer_t w = {out, 0, 0};
  for (uint32_t s = first; s <= last; s++) {
    uint32_t run = 0;
    while (s + run <= last && run < LAST_LONG && !h->length[s + run]) run++;
    if (run < 2) {
      put_bits(&w, h->length[s], 6);
      continue;
    }
    if (run >= FIRST_LONG) {
      put_bits(&w, LONG_ZERO_RUN, 6);
      put_bits(&w, run - FIRST_LONG, 8);
    } else {
      put_bits(&w, SHORT_ZERO_RUN + run - 2, 6);
    }
    s += run - 1;
  }
  if (w.held) *w.at++ = (uint8_t)(w.bits << (8 - w.held));
  return w.at;
}

static inline void put_run(writer_t *w, const huffman_t *h, uint16_t symbol, int repeats, uint32_t run_symbol) {
  const int length = h->length[symbol];
  if (length + h->length[run_symbol] + 8 < length * repeats) {
    put_bits(w, h->code[symbol], length);
    put_bits(w, h->code[run_symbol], h->length[run_symbol]);
    put_bits(w, (uint64_t)repeats, 8);
    return;
  }
  for (int i = 0; i <= repeats; i++) put_bits(w, h->code[symbol], length);
}

static void put32(uint8_t *out, uint32_t value) {
  for (int i = 0; i < 4; i++) out[i] = (uint8_t)(value >> (8 * i));
}

/* Upper bound of the coded size in bits, so that the writer needs no check per symbol. */
static uint64_t bits_at_most(const huffman_t *h, uint32_t first, uint32_t last) {
  uint64_t bits = 0;
  for (uint32_t s = first; s <= last; s++) bits += (uint64_t)h->frequency[s] * h->length[s];
  return bits;
}

size_t huffman_encode(huffman_t *h, const uint16_t *symbols, size_t count, uint8_t *out, size_t limit) {
  memset(h->frequency, 0, sizeof h->frequency);
  memset(h->length, 0, sizeof h->length);
  for (size_t i = 0; i < count; i++) h->frequency[symbols[i]]++;
  uint32_t first = 0, last = SYMBOLS - 2;
  while (!h->frequency[first]) first++;
  while (!h->frequency[last]) last--;
  const uint32_t run_symbol = ++last;
  h->frequency[run_symbol] = 1;
  find_lengths(h, sort_by_frequency(h, first, last));
  assign_codes(h, first, last);

  const size_t table_at_most = ((size_t)(last - first + 1) * 6 + 7) / 8;
  if (HEADER_BYTES + table_at_most + bits_at_most(h, first, last) / 8 + 8 >= limit) return 0;
  uint8_t *table_end = pack_lengths(h, first, last, out + HEADER_BYTES);
  writer_t w = {table_end, 0, 0};
  uint16_t symbol = symbols[0];
  int repeats = 0;
  for (size_t i = 1; i < count; i++) {
    if (symbols[i] == symbol && repeats < LONGEST_RUN) {
      repeats++;
      continue;
    }
    put_run(&w, h, symbol, repeats, run_symbol);
    symbol = symbols[i];
    repeats = 0;
  }
  put_run(&w, h, symbol, repeats, run_symbol);
  const uint64_t bits = (uint64_t)(w.at - table_end) * 8 + (uint64_t)w.held;
  if (w.held) *w.at++ = (uint8_t)(w.bits << (8 - w.held));
  put32(out, first);
  put32(out + 4, last);
  put32(out + 8, (uint32_t)(table_end - out - HEADER_BYTES));
  put32(out + 12, (uint32_t)bits);
  put32(out + 16, 0);
  return (size_t)(w.at - out);
}
