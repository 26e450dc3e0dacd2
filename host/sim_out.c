/* SPDX-License-Identifier: Apache-2.0 */
#include "host/sim_out.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct sim_out {
    char path[512];
    FILE *csv;
    sqlite3 *db;
    sqlite3_stmt *insert;
    struct tz *tz;
};

static const char columns[] =
    "time,pv_w,load_w,grid_w,battery_w,battery_v,soc_pct,air_temperature_c,grid_present";

static void local_time(struct sim_out *out, int64_t t_s, char *text, size_t room)
{
    int32_t offset = tz_offset_s(out->tz, t_s);
    time_t local = (time_t)(t_s + offset);
    struct tm tm;
    gmtime_r(&local, &tm);
    size_t used = strftime(text, room, "%Y-%m-%dT%H:%M:%S", &tm);
    int minutes = offset / 60;
    snprintf(text + used, room - used, "%c%02d:%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60,
             abs(minutes) % 60);
}

static bool open_db(struct sim_out *out)
{
    (void)remove(out->path);
    return sqlite3_open(out->path, &out->db) == SQLITE_OK &&
           sqlite3_exec(out->db,
                        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;"
                        "CREATE TABLE simulation(time TEXT, pv_w REAL, load_w REAL, grid_w REAL,"
                        "battery_w REAL, battery_v REAL, soc_pct REAL, air_temperature_c REAL,"
                        "grid_present INTEGER)",
                        NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_prepare_v2(out->db, "INSERT INTO simulation VALUES(?,?,?,?,?,?,?,?,?)", -1,
                              &out->insert, NULL) == SQLITE_OK;
}

struct sim_out *sim_out_open(const char *path, struct tz *tz, char *why, size_t room)
{
    struct sim_out *out = calloc(1, sizeof *out);
    size_t length = strlen(path);
    if (out == NULL || length >= sizeof out->path) {
        snprintf(why, room, "%s: the name is too long", path);
        free(out);
        return NULL;
    }
    memcpy(out->path, path, length + 1);
    out->tz = tz;
    if (length > 3 && strcmp(path + length - 3, ".db") == 0) {
        if (!open_db(out)) {
            snprintf(why, room, "%s: %s", path, sqlite3_errmsg(out->db));
            sqlite3_close(out->db);
            free(out);
            return NULL;
        }
        return out;
    }
    out->csv = fopen(path, "w");
    if (out->csv == NULL) {
        snprintf(why, room, "%s: %s", path, strerror(errno));
        free(out);
        return NULL;
    }
    fprintf(out->csv, "%s\n", columns);
    return out;
}

static bool db_row(struct sim_out *out, const struct sim_row *row, const char *time_text)
{
    const double values[] = {row->pv_w,      row->load_w,  row->grid_w, row->battery_w,
                             row->battery_v, row->soc_pct, row->air_c};
    sqlite3_bind_text(out->insert, 1, time_text, -1, SQLITE_TRANSIENT);
    for (int i = 0; i < 7; i++) {
        sqlite3_bind_double(out->insert, i + 2, values[i]);
    }
    sqlite3_bind_int(out->insert, 9, row->grid_present);
    bool good = sqlite3_step(out->insert) == SQLITE_DONE;
    sqlite3_reset(out->insert);
    return good;
}

bool sim_out_row(struct sim_out *out, const struct sim_row *row, char *why, size_t room)
{
    char text[40];
    local_time(out, row->t_s, text, sizeof text);
    if (out->csv == NULL) {
        if (!db_row(out, row, text)) {
            snprintf(why, room, "%s: %s", out->path, sqlite3_errmsg(out->db));
            return false;
        }
        return true;
    }
    fprintf(out->csv, "%s,%.1f,%.1f,%.1f,%.1f,%.2f,%.2f,%.1f,%d\n", text, row->pv_w, row->load_w,
            row->grid_w, row->battery_w, row->battery_v, row->soc_pct, row->air_c,
            row->grid_present);
    if (ferror(out->csv)) {
        snprintf(why, room, "%s: %s", out->path, strerror(errno));
        return false;
    }
    return true;
}

bool sim_out_close(struct sim_out *out, char *why, size_t room)
{
    bool good;
    if (out->csv != NULL) {
        good = fclose(out->csv) == 0;
        if (!good) {
            snprintf(why, room, "%s: %s", out->path, strerror(errno));
        }
    } else {
        good = sqlite3_exec(out->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
        if (!good) {
            snprintf(why, room, "%s: %s", out->path, sqlite3_errmsg(out->db));
        }
        sqlite3_finalize(out->insert);
        sqlite3_close(out->db);
    }
    free(out);
    return good;
}
