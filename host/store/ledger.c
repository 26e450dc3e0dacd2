/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Energy per local day, from the site's rising counters. What a counter gained since it was last
 * booked belongs to the time between: over a gap (the daemon was off, the meter was not) it is
 * spread over the days the gap touches. A counter that fell has been reset: nothing is booked and
 * the cost is taken anew with it. Days are those of the zone given by store_set_zone.
 */
#include "host/store/internal.h"

#include <stdio.h>
#include <string.h>

enum { BACK_S = 3600, SPREAD_DAYS_MAX = 6 };

const char *const energy_flow_names[ENERGY_COUNT] = {
    "pv_kwh", "load_kwh", "bought_kwh", "sold_kwh", "charged_kwh", "discharged_kwh", "cost"};
static const char *const counters[ENERGY_COUNT] = {
    "pv.energy_total_kwh", "load.energy_total_kwh",     "grid.bought_total_kwh",
    "grid.sold_total_kwh", "battery.charged_total_kwh", "battery.discharged_total_kwh",
    "site.cost_total"};

/* Days since 1970 as yyyymmdd; the algorithm of Howard Hinnant's "chrono-compatible date
   algorithms", civil_from_days. */
static int civil(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = floor_to(z, 146097) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;
    int64_t year = yoe + era * 400 + (month <= 2 ? 1 : 0);
    return (int)(year * 10000 + month * 100 + doy - (153 * mp + 2) / 5 + 1);
}

static int64_t offset_s(const struct store *store, int64_t at_s)
{
    return store->zone.offset_s == NULL ? 0 : store->zone.offset_s(store->zone.context, at_s);
}

/* The local day of a time as yyyymmdd, and when the next one begins. */
static int local_day(const struct store *store, int64_t at_s, int64_t *next_s)
{
    int64_t midnight_s = floor_to(at_s + offset_s(store, at_s), 86400) + 86400; /* local */
    *next_s = midnight_s - offset_s(store, midnight_s - offset_s(store, at_s));
    if (*next_s <= at_s) {
        *next_s = at_s + 3600; /* a midnight that the clock repeats or leaves out */
    }
    return civil(midnight_s / 86400 - 1);
}

void ledger_load(struct store *store)
{
    struct ledger *ledger = &store->ledger;
    sqlite3_stmt *read = db_prepare(store->db, "SELECT flow, value, at FROM counter");
    while (read != NULL && sqlite3_step(read) == SQLITE_ROW) {
        int flow = sqlite3_column_int(read, 0);
        if (flow >= 0 && flow < ENERGY_COUNT) {
            ledger->known[flow] = true;
            ledger->last[flow] = sqlite3_column_double(read, 1);
            ledger->at_s = sqlite3_column_int64(read, 2);
        }
    }
    sqlite3_finalize(read);
}

static struct energy_delta *delta_of(struct ledger *ledger, int day)
{
    for (int i = 0; i < ENERGY_DAYS_MAX; i++) {
        struct energy_delta *delta = &ledger->deltas[i];
        if (delta->day == day || delta->day == 0) {
            delta->day = day;
            return delta;
        }
    }
    return &ledger->deltas[ENERGY_DAYS_MAX - 1]; /* disk full for a week: the last day takes it */
}

static void book(struct store *store, int flow, double gain, int64_t from_s, int64_t to_s)
{
    struct ledger *ledger = &store->ledger;
    int64_t at_s = from_s;
    if (to_s - from_s > SPREAD_DAYS_MAX * (int64_t)86400) {
        at_s = to_s - SPREAD_DAYS_MAX * (int64_t)86400; /* a longer gap: on its last days */
    }
    int64_t span_s = to_s - at_s;
    do {
        int64_t next_s;
        int day = local_day(store, at_s, &next_s);
        int64_t end_s = next_s < to_s ? next_s : to_s;
        struct energy_delta *delta = delta_of(ledger, day);
        double share = span_s > 0 ? (double)(end_s - at_s) / (double)span_s : 1.0;
        delta->amount[flow] += gain * share;
        delta->known[flow] = true;
        delta->last_s = end_s;
        at_s = end_s;
    } while (at_s < to_s);
}

/* After the clock went back, a day that holds later bookings is of an earlier run: begin anew. */
static void mark_anew(struct store *store, int64_t now_s)
{
    int64_t next_s;
    int day = local_day(store, now_s, &next_s);
    struct ledger *ledger = &store->ledger;
    if (!ledger->went_back || day == ledger->anew_checked_day) {
        return;
    }
    ledger->anew_checked_day = day;
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT last FROM energy_day WHERE day = %d", day);
    if (db_number(store->db, sql, INT64_MIN) > now_s) {
        struct energy_delta *delta = delta_of(ledger, day);
        *delta = (struct energy_delta){.day = day, .begins_anew = true, .last_s = now_s};
    }
}

void ledger_book(struct store *store, const struct points *points, int64_t now_s)
{
    struct ledger *ledger = &store->ledger;
    bool back = ledger->at_s != 0 && now_s < ledger->at_s - BACK_S;
    bool first = store->last_ms == INT64_MIN;
    if (back) {
        ledger->went_back = true;
        ledger->anew_checked_day = 0;
    }
    mark_anew(store, now_s);
    bool reset = back;
    for (int flow = 0; flow < ENERGY_COUNT; flow++) {
        const struct point *point = points_get(points, points_find(points, counters[flow]));
        if (point == NULL || !point->valid) {
            continue;
        }
        bool fell = ledger->known[flow] && point->number < ledger->last[flow];
        bool is_cost = flow == ENERGY_COST;
        reset = reset || (fell && !is_cost) || (fell && first);
        bool counts = ledger->known[flow] && !back && (is_cost ? !reset : !fell);
        int64_t from_s = ledger->at_s != 0 && ledger->at_s < now_s ? ledger->at_s : now_s;
        book(store, flow, counts ? point->number - ledger->last[flow] : 0, counts ? from_s : now_s,
             now_s);
        ledger->known[flow] = true;
        ledger->last[flow] = point->number;
        ledger->dirty = true;
    }
    ledger->at_s = now_s;
}

bool ledger_is_crowded(const struct store *store)
{
    return store->ledger.deltas[ENERGY_DAYS_MAX / 2].day != 0;
}

static bool write_day(struct store *store, const struct energy_delta *delta)
{
    char sql[160];
    snprintf(sql, sizeof sql, "%s", "INSERT OR IGNORE INTO energy_day(day, last) VALUES(?1, ?2)");
    if (delta->begins_anew) {
        snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO energy_day(day, last) VALUES(?1, ?2)");
    }
    bool took = true;
    for (int flow = -1; flow < ENERGY_COUNT && took; flow++) {
        if (flow >= 0 && !delta->known[flow]) {
            continue;
        }
        if (flow >= 0) {
            snprintf(sql, sizeof sql,
                     "UPDATE energy_day SET last = ?2, %s = coalesce(%s, 0) + ?3 WHERE day = ?1",
                     energy_flow_names[flow], energy_flow_names[flow]);
        }
        sqlite3_stmt *write = db_prepare(store->db, sql);
        sqlite3_bind_int(write, 1, delta->day);
        sqlite3_bind_int64(write, 2, delta->last_s);
        sqlite3_bind_double(write, 3, flow >= 0 ? delta->amount[flow] : 0);
        took = write != NULL && db_took(store, sqlite3_step(write));
        sqlite3_finalize(write);
    }
    return took;
}

bool ledger_write(struct store *store)
{
    const struct ledger *ledger = &store->ledger;
    bool took = true;
    if (!ledger->dirty) {
        return true;
    }
    for (int i = 0; i < ENERGY_DAYS_MAX && took && ledger->deltas[i].day != 0; i++) {
        took = write_day(store, &ledger->deltas[i]);
    }
    for (int flow = 0; flow < ENERGY_COUNT && took; flow++) {
        if (!ledger->known[flow]) {
            continue;
        }
        sqlite3_stmt *write =
            db_prepare(store->db, "INSERT OR REPLACE INTO counter VALUES(?, ?, ?)");
        sqlite3_bind_int(write, 1, flow);
        sqlite3_bind_double(write, 2, ledger->last[flow]);
        sqlite3_bind_int64(write, 3, ledger->at_s);
        took = write != NULL && db_took(store, sqlite3_step(write));
        sqlite3_finalize(write);
    }
    return took;
}

static void label(char *out, size_t room, enum energy_by by, int given)
{
    unsigned key = (unsigned)given % 100000000U;
    switch (by) {
    case ENERGY_BY_DAY:
        snprintf(out, room, "%04u-%02u-%02u", key / 10000, key / 100 % 100, key % 100);
        break;
    case ENERGY_BY_MONTH: snprintf(out, room, "%04u-%02u", key / 100 % 10000, key % 100); break;
    case ENERGY_BY_YEAR: snprintf(out, room, "%04u", key % 10000); break;
    case ENERGY_BY_TOTAL: snprintf(out, room, "total"); break;
    }
}

static int day_number(const char *text, int otherwise)
{
    int year, month, day;
    if (text == NULL ||
        sscanf(text, "%4d-%2d-%2d", &year, &month, &day) != 3) { // NOLINT(cert-err34-c)
        return otherwise;
    }
    return year * 10000 + month * 100 + day;
}

bool store_energy(struct store *store, enum energy_by by, const char *from, const char *to,
                  energy_fn *row, void *context)
{
    static const int divisors[] = {1, 100, 10000, 100000000};
    (void)store_flush(store);
    sqlite3_stmt *read = db_prepare(
        store->db, "SELECT day / ?1, sum(pv_kwh), sum(load_kwh), sum(bought_kwh), sum(sold_kwh),"
                   " sum(charged_kwh), sum(discharged_kwh), sum(cost) FROM energy_day"
                   " WHERE day >= ?2 AND day <= ?3 GROUP BY 1 ORDER BY 1");
    if (read == NULL) {
        return false;
    }
    sqlite3_bind_int(read, 1, divisors[by]);
    sqlite3_bind_int(read, 2, day_number(from, 0));
    sqlite3_bind_int(read, 3, day_number(to, 99999999));
    int code;
    while ((code = sqlite3_step(read)) == SQLITE_ROW) {
        struct energy_period period = {0};
        label(period.label, sizeof period.label, by, sqlite3_column_int(read, 0));
        for (int flow = 0; flow < ENERGY_COUNT; flow++) {
            period.known[flow] = sqlite3_column_type(read, flow + 1) != SQLITE_NULL;
            period.amount[flow] = sqlite3_column_double(read, flow + 1);
        }
        row(context, &period);
    }
    sqlite3_finalize(read);
    return code == SQLITE_DONE;
}
