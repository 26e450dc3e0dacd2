/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_SITE_LIFE_H
#define HEARTH_HOST_SITE_LIFE_H

/* Life of a site, for the daemon: open, let time pass, close. Interfaces see host/site.h only. */

#include "host/site.h"
#include "host/site_config.h"
#include "host/store/store.h"

/* Opens a site; takes over `config`. A simulated one goes on where the store last saw it. NULL with
   a sentence when the file's settings are refused or memory ran out; a real device that is not
   there is told as an event and tried again. */
struct site *site_open(struct site_config *config, struct store *store, char *why, size_t room);
void site_close(struct site *site);

/* Lets `real_ms` pass; the site's own time goes by its speed. `real_now_ms` is a steady clock. */
void site_pass(struct site *site, double real_ms, int64_t real_now_ms);

/* Real buses want to be served every 10 ms. */
bool site_serves(const struct site *site);
void site_serve(struct site *site, int64_t real_now_ms);

/* The store is gone: nothing is kept from now on. */
void site_forget_store(struct site *site);

/* Puts what a restart needs into the store now. */
void site_save(struct site *site);

#endif
