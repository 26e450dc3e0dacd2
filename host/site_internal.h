/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_SITE_INTERNAL_H
#define HEARTH_HOST_SITE_INTERNAL_H

/* The inside of a site, simulated or real, shared by the site*.c files only. */

#include "core/proto/can_ends.h"
#include "host/bus/port.h"
#include "host/driver_battery.h"
#include "host/driver_inverter.h"
#include "host/driver_report.h"
#include "host/ends/inverter_end.h"
#include "host/ends/pack_wires.h"
#include "host/pack_flash.h"
#include "host/points.h"
#include "host/site.h"
#include "host/site_config.h"
#include "host/store/store.h"
#include "sim/inverter_port.h"
#include "sim/pack_port.h"
#include "sim/points.h"

enum { SITE_VALUES = 96, SITE_KNOBS = 192, SITE_PACK_EXTRA = 32, REAL_STATE = 160 };

/* Names of knobs with the pack's number in them, made once. */
struct knob_texts {
    char name[48], title[64];
};

/* A row of the house's point table published under a name. */
struct published {
    const struct sim_point *row;
    struct place place;
    int index;
};

/* Sums that only grow, kWh and money: what the store's ledger reads. */
struct site_totals {
    double pv, load, bought, sold, charged, discharged, cost;
};

/* What somebody did to a simulated pack to see what happens. */
struct tampering {
    int weak, loose, leaking; /* cells, from 1; 0: none */
    double was_ohm;           /* of the loose one */
    uint8_t rst_s;            /* RST is held for this long … */
    int64_t rst_until_ms;     /* … until this site time; 0: nobody holds it */
};

/* The drivers of a site whose devices are real; its packs are read by the site's battery driver. */
struct site_real {
    struct bus_port inverter_port, battery_port;
    struct inverter_driver inverter;
    struct can_listener listener; /* of a battery on CAN */
    struct report_points report;
    char said_inverter[REAL_STATE], said_battery[REAL_STATE]; /* of the buses, told last */
    uint64_t faults;                                          /* of the inverter, told last */
    uint32_t reasons[REPORT_LISTS];                           /* of the battery, told last */
    int pack_list[STACK_PACKS][REPORT_LISTS];                 /* points */
    bool battery_silent;
    unsigned flows;             /* bit per sum of struct site_totals that a device tells */
    int64_t wall_ms, booked_ms; /* UTC, of the last pass and of the last sum */
    int64_t looked_ms;          /* steady */
};

/* Real buses on which the virtual inverter answers. */
struct site_links {
    struct inverter_port inverter;
    struct inverter_end end[SITE_WIRES];
    int n;
    int64_t filled_ms;
};

struct recorder; /* host/monitor/recorder.h */

struct site {
    struct site_config *config;
    struct site_real *real; /* NULL: simulated */
    struct house house;     /* of a real site: its inverter's mirror */
    struct points *points;
    struct store *store;      /* NULL: nothing is kept */
    struct pack_flash *flash; /* of each pack */
    uint32_t boxes_taken[STACK_PACKS];
    bool told_asleep[STACK_PACKS], told_flash;
    struct tampering tampering[STACK_PACKS];
    struct pack_port port;
    struct pack_wires wires; /* real buses the packs answer on */
    struct site_links links;
    struct battery_driver driver;
    struct bus bus;
    event_sink_fn *sink;
    void *sink_context;

    double speed, rest_ms; /* simulated milliseconds not yet run */
    bool paused;
    int64_t sampled_s, checked_real_ms, synced_real_ms, polled_site_ms;
    bool told_full;
    struct ledger booked; /* of the house, as far as it is in `totals` */
    struct site_totals totals, today;
    int64_t today_day;

    struct published values[SITE_VALUES];
    int n_values;
    struct published pack_extra[STACK_PACKS][SITE_PACK_EXTRA];
    int link_index[STACK_PACKS];
    int total_index[8], today_index[8];
    int time_index, speed_index, paused_index, weather_index[8];
    struct knob_texts knobs[SITE_KNOBS];

    struct recorder *recorder; /* NULL: none */
    int record_interval_s;
    int64_t recorded_s, recorded_real_ms, retained_day; /* last row, local; last clearing */

    int64_t real_ms;                    /* steady clock of the last pass */
    int64_t hand_until_ms[STACK_PACKS]; /* until then somebody stands before the panel */
    struct lcd_hand {
        int64_t until_ms; /* its key goes up by itself; 0: it is up */
        enum role role;
        bool tired; /* nobody let go of it: it then does nothing */
    } lcd_hand[LCD_KEYS];
    struct {
        const char *name, *result; /* NULL: nothing */
        char why[SETTING_WHY];
    } lcd_wrote; /* by the last key */
};

void site_define_points(struct site *site);
void site_publish(struct site *site);
void site_define_totals(struct site *site);
void site_publish_totals(struct site *site, int64_t now_ms);
/* How each pack is reached: packN.link. */
void site_define_links(struct site *site);
void site_publish_links(struct site *site, int64_t now_ms);
void site_book(struct site *site, int64_t t_s);
/* Adds energies, each times `scale` kWh, and what they cost at the price of a moment. */
void site_add_energy(struct site *site, const struct site_totals *flowed, double scale,
                     int64_t t_s);
void site_run(struct site *site, double ms);
void site_tell(struct site *site, const char *device, const char *kind, const char *code,
               bool active, const char *text);
void site_drain_events(struct site *site);
void site_pack_told(void *context, int pack, bool silent);
/* Carries black boxes that were closed into the store. */
void site_take_boxes(struct site *site);
/* UTC second the site goes on from. */
int64_t site_resume_time(struct site *site);
/* Puts back what an earlier run left, into a house that has just begun. */
void site_resume(struct site *site);
/* Lets go of keys that were held long enough. */
void site_release_keys(struct site *site);
/* Brings what a pack was told onto its flash and to the disk. */
bool site_keep_pack(struct site *site, int pack);
/* Why a pack cannot be asked now, or "". */
const char *site_pack_absent(const struct site *site, int pack);
void site_name_knobs(struct site *site);
/* The recordings' file; a row of each pack when one runs and it is time. */
void site_recordings_open(struct site *site);
void site_recordings_close(struct site *site);
void site_record_rows(struct site *site, int64_t real_now_ms);
/* Keeps panels lit that somebody stands before, however fast the site's time runs. */
void site_hold_panels(struct site *site);
/* The inverter's display lives by the clock of the last pass; keys held long enough go up. */
void site_lcd_pass(struct site *site);
/* Stores what was written, so that it is there after a restart, and tells it. */
enum setting_result site_keep_setting(struct site *site, const char *device, const char *name,
                                      const char *value, char *why, size_t room);
/* The virtual inverter's host link on real buses. */
bool site_add_link(struct site *site, const struct site_wire *wire, char *why, size_t room);
void site_serve_links(struct site *site, int64_t now_ms);
void site_close_links(struct site *site);
/* Real devices: opens what the configuration names, serves the buses (every 10 ms), looks at what
   came (every second). */
bool real_open(struct site *site, char *why, size_t room);
void real_close(struct site *site);
void real_serve(struct site *site, int64_t now_ms);
void real_pass(struct site *site, int64_t now_ms);
/* Hands a setting to the real inverter; whether it took it is told as an event. */
enum setting_result real_write(struct site *site, const struct setting_trial *trial, char *why,
                               size_t room);
bool real_knows(const struct site *site, enum setting_id id);
/* Language of each panel as it was chosen. */
void site_restore_panels(struct site *site);

#endif
