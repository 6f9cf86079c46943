#ifndef RUSHES_MOSAIC_H
#define RUSHES_MOSAIC_H

/*
 * Reads uncompressed Bayer frames and writes them to standard output as float planes G, B, R: black taken off, scaled to
 * sensor white, white balanced, demosaiced. The job is a text:
 *   size W H | bits N | big-endian | layout RGGB | black VALUE | white VALUE | balance R G B | clip
 *   frame OFFSET PATH
 * Ends the program with a sentence on standard error when a file is shorter than its picture.
 */
void write_mosaic_frames(const char *job);
#endif
