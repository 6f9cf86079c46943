#ifndef RUSHES_HELPER_H
#define RUSHES_HELPER_H

/* A thread that does one piece of work at a time beside the one that gives it. */
struct helper;

struct helper *helper_make(void);

/* Begins work; the one given before must have been waited for. */
void helper_give(struct helper *helper, void (*work)(void *context), void *context);

/* Until the work given last is done. */
void helper_wait(struct helper *helper);

#endif
