/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_TZ_H
#define HEARTH_HOST_TZ_H

/*
 * The clock on the wall of a site: UTC to local time and back, for one IANA zone, without touching
 * the process's own TZ. Read from the system's zone files (RFC 8536; TZDIR or /usr/share/zoneinfo),
 * beyond their last change by their rule of the footer. "UTC" and fixed offsets ("+01:00") need no
 * file.
 *
 * Asking each second is cheap: the handle keeps the stretch in which the offset holds.
 */

#include <stdint.h>

struct tz;

enum tz_result { TZ_OK = 0, TZ_UNKNOWN = -1, TZ_DAMAGED = -2, TZ_NO_MEMORY = -3 };

/* Opens a zone; *out is untouched on failure. TZ_UNKNOWN: no such zone on this machine. */
int tz_open(const char *iana, struct tz **out);
void tz_close(struct tz *tz);

/* Local time less UTC, in seconds, + to the east. */
int32_t tz_offset_s(struct tz *tz, int64_t utc_s);

/* When the clock is set back an hour exists twice; when it is set forward one does not exist. */
enum tz_which { TZ_FIRST, TZ_SECOND };
enum tz_kind { TZ_SINGLE, TZ_DOUBLED, TZ_MISSING };

/*
 * UTC of a local time, given as the seconds that clock face would be in UTC (civil_days * 86400 +
 * seconds). A doubled time is read as `which` says; a missing one as if the clock had not been set.
 */
int64_t tz_from_local(struct tz *tz, int64_t local_s, enum tz_which which, enum tz_kind *kind);

#endif
