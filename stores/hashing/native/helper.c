#include "helper.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

struct helper {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  void (*work)(void *context); /* NULL: nothing to do */
  void *context;
};

_Noreturn static void run_for_ever(struct helper *helper) {
  pthread_mutex_lock(&helper->lock);
  for (;;) {
    while (helper->work == NULL) pthread_cond_wait(&helper->changed, &helper->lock);
    void (*work)(void *) = helper->work;
    pthread_mutex_unlock(&helper->lock);
    work(helper->context);
    pthread_mutex_lock(&helper->lock);
    helper->work = NULL;
    pthread_cond_signal(&helper->changed);
  }
}

static void *run(void *helper) { run_for_ever(helper); }

struct helper *helper_make(void) {
  struct helper *helper = calloc(1, sizeof *helper);
  pthread_t thread;
  if (helper == NULL || pthread_mutex_init(&helper->lock, NULL) != 0 || pthread_cond_init(&helper->changed, NULL) != 0) abort();
  /* It ends with the process: between two pieces of work it holds nothing. */
  if (pthread_create(&thread, NULL, run, helper) != 0 || pthread_detach(thread) != 0) abort();
  return helper;
}

void helper_give(struct helper *helper, void (*work)(void *context), void *context) {
  pthread_mutex_lock(&helper->lock);
  helper->work = work;
  helper->context = context;
  pthread_cond_signal(&helper->changed);
  pthread_mutex_unlock(&helper->lock);
}

void helper_wait(struct helper *helper) {
  pthread_mutex_lock(&helper->lock);
  while (helper->work != NULL) pthread_cond_wait(&helper->changed, &helper->lock);
  pthread_mutex_unlock(&helper->lock);
}
