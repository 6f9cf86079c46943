#define _GNU_SOURCE
#include "spec.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *format, ...) {
  va_list args;
  va_start(args, format);
  fputs("exr-frames: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  exit(1);
}

static float *read_curve(const char *path) {
  float *curve = malloc(CURVE_SAMPLES * sizeof *curve);
  FILE *file = fopen(path, "rb");
  if (!curve || !file) fail("the curve %s cannot be read: %s", path, strerror(errno));
  if (fread(curve, sizeof *curve, CURVE_SAMPLES, file) != CURVE_SAMPLES || fgetc(file) != EOF)
    fail("the curve %s has not %d samples", path, CURVE_SAMPLES);
  fclose(file);
  return curve;
}

static uint8_t *bytes_of_hex(const char *hex, size_t *size) {
  *size = strlen(hex) / 2;
  uint8_t *bytes = malloc(*size);
  if (!bytes) fail("no memory for a header");
  for (size_t i = 0; i < *size; i++) {
    unsigned value;
    if (sscanf(hex + 2 * i, "%2x", &value) != 1) fail("a header is not in hexadecimal");
    bytes[i] = (uint8_t)value;
  }
  return bytes;
}

static void add_frame(spec_t *spec, char *line) {
  frame_t *frames = realloc(spec->frames, (spec->frame_count + 1) * sizeof *frames);
  if (!frames) fail("no memory for the frames");
  spec->frames = frames;
  frame_t *frame = &frames[spec->frame_count++];
  char *header = strchr(line, ' '), *path = header ? strchr(header + 1, ' ') : NULL;
  if (!path) fail("a frame line is not INDEX HEADER PATH");
  *path = 0;
  frame->index = strtol(line, NULL, 10);
  frame->header = bytes_of_hex(header + 1, &frame->header_size);
  frame->path = strdup(path + 1);
  if (!frame->path) fail("no memory for a path");
}

static int take(spec_t *s, const char *name, char *value) {
  float *m = s->color.matrix;
  int method;
  if (!strcmp(name, "size")) return sscanf(value, "%zu %zu", &s->width, &s->height) == 2;
  if (!strcmp(name, "cut"))
    return sscanf(value, "%zu %zu %zu %zu", &s->cut_x, &s->cut_y, &s->used_width, &s->used_height) == 4;
  if (!strcmp(name, "canvas"))
    return sscanf(value, "%zu %zu %zu %zu", &s->out_width, &s->out_height, &s->at_x, &s->at_y) == 4;
  if (!strcmp(name, "matrix"))
    return sscanf(value, "%f %f %f %f %f %f %f %f %f", m, m + 1, m + 2, m + 3, m + 4, m + 5, m + 6, m + 7, m + 8) == 9;
  if (!strcmp(name, "curve")) return (s->color.curve = read_curve(value)) != NULL;
  if (!strcmp(name, "threads")) return sscanf(value, "%d", &s->threads) == 1 && s->threads > 0;
  if (!strcmp(name, "portable")) return s->portable = 1;
  if (!strcmp(name, "dpx"))
    return sscanf(value, "%d", &s->dpx_bits) == 1 && (s->dpx_bits == 10 || s->dpx_bits == 16);
  if (!strcmp(name, "method")) {
    const int found = sscanf(value, "%d %d", &method, &s->level);
    s->method = (method_t)method;
    return found == 2 && (method == COMPRESS_NONE || method == COMPRESS_ZIP || method == COMPRESS_PIZ);
  }
  if (strcmp(name, "frame")) return 0;
  add_frame(s, value);
  return 1;
}

static void require_sound(const spec_t *s) {
  if (!s->width || !s->height || !s->used_width || !s->used_height || !s->out_width || !s->out_height)
    fail("size, cut or canvas is missing");
  if (s->width > 1 << 16 || s->height > 1 << 16 || s->out_width > 1 << 16 || s->out_height > 1 << 16)
    fail("a picture has a side above 65536");
  if (s->cut_x + s->used_width > s->width || s->cut_y + s->used_height > s->height) fail("the cut leaves the picture");
  if (s->at_x + s->used_width > s->out_width || s->at_y + s->used_height > s->out_height)
    fail("the picture leaves the canvas");
  if (s->dpx_bits && s->method != COMPRESS_NONE) fail("DPX is never compressed");
  if (!s->frame_count) fail("there is no frame");
}

void read_spec(const char *path, spec_t *spec) {
  *spec = (spec_t){.threads = 1, .level = 4, .color.matrix = {1, 0, 0, 0, 1, 0, 0, 0, 1}};
  FILE *file = fopen(path, "r");
  if (!file) fail("%s cannot be read: %s", path, strerror(errno));
  char *line = NULL;
  size_t room = 0;
  for (ssize_t length; (length = getline(&line, &room, file)) > 0;) {
    if (line[length - 1] == '\n') line[length - 1] = 0;
    char *value = strchr(line, ' ');
    if (value) *value++ = 0;
    if (!take(spec, line, value ? value : "")) fail("a line of the job is not understood: %s %.60s", line, value ? value : "");
  }
  free(line);
  fclose(file);
  require_sound(spec);
}
