#ifndef RUSHES_DIGESTS_H
#define RUSHES_DIGESTS_H

#include <stdbool.h>
#include <stddef.h>

/* Several xxHash digests of one stream of bytes, each byte read once. */
struct digests;

/* Room for any number of digests as text: five names of formats at most, 32 characters each. */
#define DIGESTS_TEXT_BYTES 192

struct digests *digests_make(void);

/* Begins anew in these formats, e.g. "xxh64,xxh128"; false when one of them is not known here. */
bool digests_start(struct digests *digests, const char *formats);

/*
 * Takes the next bytes. With `is_shared` another thread takes some of the formats meanwhile.
 * False when the bytes could not be read, as those of a mapped file that was cut short: the digests then have to begin anew.
 */
bool digests_update(struct digests *digests, const unsigned char *bytes, size_t length, bool is_shared);

/* Ends the stream: the digests in hex, most significant byte first, in the order of the formats, a space before each. */
void digests_text(const struct digests *digests, char text[DIGESTS_TEXT_BYTES]);

#endif
