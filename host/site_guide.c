/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start-up guide of a simulated site's battery: who confirmed which step, and when. Kept in the
 * store as one text, "TIME NAME" a line, so that a restart does not ask for it again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/product/guide.h"
#include "host/site_desk.h"
#include "host/site_internal.h"

enum { NOW_MS = 1 << 30 };

static const char guide_key[] = "guide.battery";

static const struct guide *guide_of(const struct site *site)
{
    return site->house.spec.battery == HOUSE_PACKS ? site->house.spec.pack->pack->guide : NULL;
}

/* The stored lines; returns how many steps they confirm. */
static int read_kept(const char *text, struct site_guide *out)
{
    int n = 0;
    while (text != NULL && *text != '\0' && n < out->n) {
        char *end = NULL;
        long long at_ms = strtoll(text, &end, 10);
        size_t length = strcspn(end, "\n");
        if (at_ms <= 0) {
            break;
        }
        out->step[n].at_ms = at_ms;
        snprintf(out->step[n].by, sizeof out->step[n].by, "%.*s",
                 (int)(length > 0 ? length - 1 : 0), length > 0 ? end + 1 : "");
        text = end[length] == '\n' ? end + length + 1 : NULL;
        n++;
    }
    return n;
}

/* As the state machine of core sees it: its clock shows NOW_MS now. */
static struct guide_state state_of(const struct site *site, const struct guide *guide,
                                   const struct site_guide *kept)
{
    int64_t passed_ms = kept->next > 0 ? site_now_ms(site) - kept->step[kept->next - 1].at_ms : 0;
    passed_ms = passed_ms < 0 ? 0 : passed_ms > NOW_MS ? NOW_MS : passed_ms;
    return (struct guide_state){.guide = guide,
                                .next = (uint8_t)kept->next,
                                .confirmed_ms = (uint32_t)(NOW_MS - passed_ms)};
}

bool site_guide(const struct site *site, struct site_guide *out)
{
    const struct guide *guide = guide_of(site);
    if (guide == NULL) {
        return false;
    }
    *out = (struct site_guide){.n = guide->n < GUIDE_STEPS_MAX ? guide->n : GUIDE_STEPS_MAX,
                               .model = site->house.spec.pack->name};
    for (int i = 0; i < out->n; i++) {
        out->step[i].text = guide->steps[i].text;
        out->step[i].wait_s = guide->steps[i].wait_s;
    }
    char *kept = site->store != NULL ? store_kv_get(site->store, guide_key) : NULL;
    out->next = read_kept(kept, out);
    free(kept);
    struct guide_state state = state_of(site, guide, out);
    out->wait_s = out->next < out->n ? (guide_wait_ms(&state, NOW_MS) + 999) / 1000 : 0;
    return true;
}

static void keep_guide(struct site *site, const struct site_guide *guide, struct desk_answer *out)
{
    char text[GUIDE_STEPS_MAX * (GUIDE_BY + 24)] = "";
    size_t n = 0;
    for (int i = 0; i < guide->next && n < sizeof text; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%lld %s\n",
                              (long long)guide->step[i].at_ms, guide->step[i].by);
    }
    if (site->store == NULL || !store_kv_put(site->store, guide_key, text)) {
        out->result = DESK_FAILED;
        snprintf(out->why, sizeof out->why, "The store did not take it.");
    }
}

static bool may_confirm(const struct site *site, const struct site_guide *guide, int step,
                        struct desk_answer *out)
{
    struct guide_state state = state_of(site, guide_of(site), guide);
    switch (guide_confirm(&state, step, NOW_MS)) {
    case GUIDE_DONE: return true;
    case GUIDE_OUT_OF_ORDER:
        snprintf(out->why, sizeof out->why, "The steps are confirmed one after the other.");
        break;
    case GUIDE_TOO_EARLY:
        out->wait_s = guide->wait_s;
        snprintf(out->why, sizeof out->why, "Not yet: wait %u s after the step before.",
                 (unsigned)guide->wait_s);
        break;
    case GUIDE_OVER: snprintf(out->why, sizeof out->why, "The guide is done."); break;
    }
    out->result = DESK_REFUSED;
    return false;
}

void site_guide_confirm(struct site *site, int step, const char *by, struct desk_answer *out)
{
    struct site_guide guide;
    *out = (struct desk_answer){0};
    if (!site_guide(site, &guide)) {
        out->result = DESK_UNKNOWN;
        snprintf(out->why, sizeof out->why, "This battery has no start-up guide.");
        return;
    }
    if (step != -1 && !may_confirm(site, &guide, step, out)) {
        return;
    }
    if (step == -1) {
        guide.next = 0;
    } else {
        guide.step[step].at_ms = site_now_ms(site);
        snprintf(guide.step[step].by, sizeof guide.step[step].by, "%s", by);
        for (char *c = guide.step[step].by; *c != '\0'; c++) {
            *c = *c == '\n' || *c == '\r' ? ' ' : *c;
        }
        guide.next = step + 1;
    }
    keep_guide(site, &guide, out);
    if (out->result == DESK_OK && guide.next == guide.n) {
        site_tell(site, "site", "info", "guide", true, "The start-up guide is done.");
    }
}
