/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands, and what is made of it. */
#include "host/cli.h"

#include <string.h>

#include "host/cmd_inputs.h"
#include "host/cmd_panel.h"

static const struct cli_option run_options[] = {
    {"--port", "PORT", "port of the page and the API (default 8080)"},
    {"--listen", "ADDRESS", "address to serve on (default 127.0.0.1)"},
    {"--speed", "X", "a simulated site runs X times as fast as the clock (0 to 3600, default 1)"},
    {"--store", "FILE", "where the site keeps its history (default: beside the site file)"},
    {NULL, NULL, NULL},
};

static const struct cli_option sim_options[] = {
    {"--from", "DATE", "first day (default: the site's start)"},
    {"--days", "N", "how many days (default 365)"},
    {"--step", "S", "step in seconds; from 60 on energy only, without control (default 1)"},
    {"--out", "FILE", "FILE.csv or FILE.db: values every --every seconds"},
    {"--every", "S", "distance of the rows of --out in seconds (default 900)"},
    {"--frames", NULL, "battery reports travel as CAN frames (slower, same result)"},
    {"--json", NULL, "one JSON object instead of the table"},
    {NULL, NULL, NULL},
};

static const struct cli_option list_options[] = {
    {"--csv", NULL, "comma-separated, first line the names of the columns"},
    {"--json", NULL, "a list of objects"},
    {"--dbc", NULL, "a CAN protocol as a DBC file: hearth list protocols growatt-can --dbc"},
    {"--brand", "NAME", "of compat and pins: for this inverter brand only"},
    {NULL, NULL, NULL},
};

static const struct cli_option decode_options[] = {
    {"--json", NULL, "an object for each frame: {\"t\", \"frame\", \"name\", \"values\"}"},
    {"--bus", "BUS", "listen to this bus instead; without PROTOCOL it is found out"},
    {NULL, NULL, NULL},
};

static const struct cli_option doctor_options[] = {
    {"--protocol", "P", "what should be spoken there (default: anything is right)"},
    {"--json", NULL, "one JSON object: ok, findings, counters"},
    {"--seconds", "N", "how long to listen (1 to 600, default 5)"},
    {NULL, NULL, NULL},
};

static const struct cli_option encode_options[] = {
    {"--set", "POINT=VALUE", "a value by its point; as often as wanted"},
    {"--request", "COMMAND", "of a serial protocol: this question alone (42, 42@3, 0x13:6)"},
    {"--reply", "COMMAND", "the answer to this question alone"},
    {NULL, NULL, NULL},
};

static const struct cli_option inputs_options[] = {
    {"--latitude", "DEG", "of the place, when the file does not say"},
    {"--longitude", "DEG", "of the place, when the file does not say"},
    {"--timezone", "ZONE", "IANA zone of stamps that name none"},
    {"--kind", "KIND", "load, price or pv: of a column whose name does not tell"},
    {"--unit", "UNIT", "of a column that does not state one: kW, ct/kWh"},
    {"--step", "S", "seconds between values of a file without stamps"},
    {"--label", "WHERE", "what a stamp says of its interval: begin, middle, end"},
    {"--json", NULL, "one JSON object"},
    {NULL, NULL, NULL},
};

static const struct cli_option firmware_options[] = {
    {"--product", "PRODUCT", "offgrid_6000 unless set"},
    {"--key", "FILE", "secret key, to sign"},
    {"--public", "FILE", "public key, to check and try"},
    {"--version", "N.NN", "of the files, to sign"},
    {NULL, NULL, NULL},
};

static const struct cli_option panel_options[] = {
    {"--pack", "N", "which pack of the site (default 1)"},
    {"--inverter", NULL, "the inverter's panel instead of a pack's"},
    {"--speed", "X", "simulated time runs X times as fast as the clock (0 to 3600, default 1)"},
    {"--once", NULL, "print the panel as text and end"},
    {"--keys", "LIST",
     "first press these: TOUCH FIELD, UP, DOWN, LEFT, RIGHT, ENTER, ESC, ENTER 2100ms, WAIT 5s"},
    {NULL, NULL, NULL},
};

static const struct cli_option bridge_options[] = {
    {"--from", "PROTOCOL:BUS", "where the battery is: pylon-rs485:serial:/dev/ttyUSB0"},
    {"--to", "PROTOCOL:BUS", "where the inverter is: victron-can:can:can0"},
    {"--packs", "N", "packs to ask (default: looks for them)"},
    {"--max-charge", "A", "never offer more, whatever the battery says"},
    {"--max-discharge", "A", "never offer more"},
    {"--max-voltage", "V", "never ask for a higher charge voltage"},
    {"--once", NULL, "end with status 0 when the battery is handed on for the first time"},
    {NULL, NULL, NULL},
};

static const struct cli_option check_options[] = {
    {"--json", NULL, "one JSON object: product, result, checks, not_said"},
    {NULL, NULL, NULL},
};

static const struct cli_option monitor_options[] = {
    {"--protocol", "P", "do not look for it: pace, pylon-rs485, jbd, victron-can ..."},
    {"--pack", "N|FF", "one pack, or all through the host (default FF)"},
    {"--interval", "S", "seconds between readings (0.2 to 3600, default 1)"},
    {"--language", "L", "en, zh or de"},
    {"--data", "FILE", "where recordings are kept (default: the user's data folder)"},
    {"--once", NULL, "print one reading and end"},
    {"--json", NULL, "one JSON object a reading"},
    {NULL, NULL, NULL},
};

static const struct cli_option emulate_options[] = {
    {"--bus", "BUS", "can:can0, slcan:/dev/ttyACM0, serial:/dev/ttyUSB0, pty:./bms, tcp:HOST:PORT"},
    {"--protocol", "P", "what is spoken there (default: what the packs are set to)"},
    {"--packs", "N", "packs in parallel (1 to 15, default 1)"},
    {"--soc", "PCT", "state of charge to begin with (default 60)"},
    {"--speed", "X", "time runs X times as fast as the clock (0 to 3600, default 1)"},
    {"--open", NULL, "parameters may be written without a password, as on boards that know none"},
    {"--address", "N[,N]",
     "of meters: 1 to 247, two for one at the grid and one at the PV (default 1)"},
    {NULL, NULL, NULL},
};

/* of get and set alike; their order is that of inverter_desk.h */
#define INVERTER_OPTIONS(protocols, addresses)                                        \
    {"--protocol", "P", "what it speaks: " protocols}, {"--address", "N", addresses}, \
    {                                                                                 \
        "--product", "NAME", "whose settings it has (default: by the power it tells)" \
    }
#define SRNE_ADDRESSES "of srne-modbus: 1 to 254, or 255 for whoever is there (default 1)"

static const struct cli_option get_options[] = {
    INVERTER_OPTIONS("pi30, srne-modbus; of meters ddsu666, dtsu666",
                     SRNE_ADDRESSES "; of meters 1 to 247 (default 1)"),
    {"--json", NULL, "one JSON object {POINT: value}"},
    {NULL, NULL, NULL},
};

static const struct cli_option set_options[] = {
    INVERTER_OPTIONS("pi30, srne-modbus", SRNE_ADDRESSES),
    {"--yes", NULL, "write also what was warned of"},
    {NULL, NULL, NULL},
};

static const struct cli_option no_options[] = {{NULL, NULL, NULL}};

const struct cli_command cli_commands[] = {
    {"bridge", "--from PROTOCOL:BUS --to PROTOCOL:BUS", "make a battery speak another protocol",
     bridge_options,
     "Reads a battery on one bus and plays it on another, so that an inverter that speaks another "
     "protocol understands it. When the battery falls silent the limits fall, and after 25 s at "
     "most the inverter is told to stop. Runs until it is told to end.",
     "hearth bridge --from pylon-rs485:serial:/dev/ttyUSB0 --to growatt-can:can:can0", cmd_bridge},
    {"check", "FILE.yaml", "an installation against the product's manual", check_options,
     "Reads an installer's form (product: and installation:, also in a site file; "
     "docs/commands.md) "
     "and judges cables, breakers, torques, strings, site and storage by the manual's rules. Rules "
     "and the names of the quantities: hearth list install PRODUCT. The exit status is 1 when "
     "something is refused, 2 when the form cannot be read.",
     "hearth check examples/installation.yaml", cmd_check},
    {"emulate", "PRODUCT --bus BUS [PROTOCOL:BUS ...]",
     "virtual packs, inverters or meters on real buses", emulate_options,
     "Plays one pack or a stack with its cells on a real bus, answering like the real board, for "
     "tests of inverters and of anybody's programs; or an inverter with its packs, sun and load, "
     "on its host link (--protocol pi30 or srne-modbus); or smart meters (ddsu666, dtsu666) with a "
     "load that varies slowly. A CAN protocol on a pty or over TCP speaks slcan; tcp: and modbus: "
     "listen. Further buses may follow as PROTOCOL:BUS. Commands are read "
     "from the terminal (help lists them): forces, faults, keys.",
     "hearth emulate es51_2_100lp --packs 2 --bus pty:./bms-port --protocol pylon-rs485",
     cmd_emulate},
    {"monitor", "[BUS]", "a battery on the terminal: values, memory, parameters", monitor_options,
     "What the battery vendors' PC tools do, on a terminal: finds port, baud rate and packs by "
     "itself (serial ports when no bus is named), shows them live, reads the event memory, reads "
     "and writes parameters with the administrator's password, sets the clock, records for two "
     "months and exports. Parameters and memory need the PACE protocol; other protocols are shown.",
     "hearth monitor serial:/dev/ttyUSB0", cmd_monitor},
    {"run", "[SITE.yaml]", "run a site: page, API, history", run_options,
     "Runs the site until it is told to stop. With no file the example house is run, a simulated "
     "home. The page is at http://localhost:8080.",
     "hearth run examples/house.yaml --port 8080 --speed 60", cmd_run},
    {"sim", "SITE.yaml", "simulate a site as fast as it goes", sim_options,
     "Runs a simulated site without a clock and prints what came of it: energy, money, cycles, and "
     "how well the energy balance closes.",
     "hearth sim examples/house.yaml --days 7 --json", cmd_sim},
    {"scenario", "FILE...", "run scenario files, TAP out", no_options,
     "Runs every scenario of the files; the exit status says whether all passed.",
     "hearth scenario tests/scenarios/pack-voltage.yaml", cmd_scenario},
    {"list",
     "products|settings|faults|protections|parameters|points|protocols|compat|pins|pages|leds|"
     "soc-leds|guide|install [PRODUCT]",
     "what there is", list_options,
     "Prints a table of products, or of a product's settings, faults, protections or parameters, "
     "the points of scenarios, the protocols, which inverters a battery fits and the pins of its "
     "cable (--brand), what displays and lamps show, or what a manual asks of an installation.",
     "hearth list protections es51_2_100lp --csv", cmd_list},
    {"decode", "[PROTOCOL] [FILE|-]", "frames to values", decode_options,
     "Reads lines of candump (log, terminal or cansend form) or, of a serial protocol, frames as "
     "characters or hex, and prints what each says; with --bus it listens to a bus. The text of "
     "CAN keeps the frame's sign of the current, + charges; points of --json have the sign of all "
     "points, + discharges. The exit status is 1 when a frame was broken.",
     "hearth encode jbd --set battery.soc_pct=50 | hearth decode jbd --json", cmd_decode},
    {"doctor", "BUS", "what is the matter on a battery bus", doctor_options,
     "Listens to a bus and says in plain sentences what is wrong there and what to do, the most "
     "certain first: swapped wires, wrong rates, protocols that do not fit each other, silence, "
     "two masters. On serial lines it also asks in every protocol; nothing is ever written to a "
     "battery. The exit status is 0 when all is well.",
     "hearth doctor serial:./bms-port --protocol pylon-rs485", cmd_doctor},
    {"encode", "PROTOCOL [--set POINT=VALUE ...]", "values to frames", encode_options,
     "Prints the frames a battery with these values sends: of a CAN protocol as lines of candump, "
     "of a serial one the round of an inverter's questions (>) and its answers (<). Without --set "
     "the values are read from standard input: an object {POINT: value}, or what decode --json "
     "prints. What is not said of a serial battery is 16 cells at 3.3 V, half full, 100 Ah; of an "
     "inverter (pi30, srne-modbus), one at rest: there settings can be said too, and nothing is "
     "read from standard input.",
     "hearth encode pylon-can --set battery.soc_pct=50 battery.charge_voltage_v=56.0", cmd_encode},
    {"firmware", "keys FILE | sign|check|try FOLDER", "drives with signed firmware",
     firmware_options,
     "Makes a pair of keys, signs the files in the folder of a drive (writes its Upgrading.INI), "
     "checks a folder as an inverter would, or puts it into a virtual one and shows how that goes: "
     "files, times, lamp, versions.",
     "hearth firmware try /media/usb --public maker.key.pub", cmd_firmware},
    {"get", "BUS --protocol P [POINT|SETTING...]",
     "a real inverter's values and settings, a meter's values", get_options,
     "Reads an inverter once over its host link and prints what it tells, or only what is named: "
     "points (grid.voltage_v) and settings (MCC, as hearth list settings has them). Of a smart "
     "meter "
     "(--protocol ddsu666 or dtsu666) points are meter1.power_w, + bought, and its like. Nothing "
     "is "
     "written. The exit status is 1 when nobody answers or something named is not told.",
     "hearth get serial:/dev/ttyUSB0 --protocol pi30 battery.voltage_v WFM --json", cmd_get},
    {"set", "BUS --protocol P SETTING=VALUE...", "change settings of a real inverter", set_options,
     "Writes settings over an inverter's host link. The product's own rules judge all of them on "
     "the settings the device has before anything travels; what is in place already is not "
     "written; each is read back. What is allowed but contradicts another setting, or asks for "
     "what nobody controls yet, is explained first: it is written with --yes, or when the person "
     "at the terminal answers y. The exit status is 1 when nothing was written for that, or one "
     "was refused, with the reason.",
     "hearth set serial:/dev/ttyUSB0 --protocol srne-modbus WFM=SBU MCC=60", cmd_set},
    {"inputs", "FILE...", "check a file of weather, load or prices", inputs_options,
     "Reads a file as its provider wrote it and says what is in it, what had to be repaired and "
     "whether its clock fits the sun.",
     "hearth inputs weather.csv --latitude 52.4 --longitude 13.1", cmd_inputs},
    {"panel", "PRODUCT|SITE.yaml", "the front panel of a pack or an inverter in the terminal",
     panel_options,
     "Shows the lamps and the display of a simulated pack or inverter, to be used with arrow keys, "
     "Enter, Esc, digits or the mouse; q quits. Fields to touch: hearth list pages PRODUCT. An "
     "inverter's settings: m, or ENTER held for 2 s.",
     "hearth panel offgrid_6000 --once --keys \"ENTER 2100ms, DOWN, ENTER\"", cmd_panel},
    {"man", "", "print the manual page", no_options, "Prints this table as a manual page (roff).",
     "hearth man | man -l -", cmd_man},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};

const struct cli_command *cli_find(const char *name)
{
    for (const struct cli_command *c = cli_commands; c->name != NULL; c++) {
        if (strcmp(c->name, name) == 0) {
            return c;
        }
    }
    return NULL;
}

void cli_help(const struct cli_command *command, FILE *out)
{
    fprintf(out, "Usage: hearth %s %s%s\n\n%s\n", command->name, command->arguments,
            command->options[0].name != NULL ? " [options]" : "", command->about);
    if (command->options[0].name != NULL) {
        fprintf(out, "\nOptions:\n");
    }
    for (const struct cli_option *o = command->options; o->name != NULL; o++) {
        char head[40];
        snprintf(head, sizeof head, "%s %s", o->name, o->value != NULL ? o->value : "");
        fprintf(out, "  %-22s %s\n", head, o->help);
    }
    fprintf(out, "\nExample:\n  %s\n", command->example);
}

static int option_at(const struct cli_command *command, const char *name)
{
    for (int i = 0; command->options[i].name != NULL; i++) {
        if (strcmp(command->options[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

int cli_options(const struct cli_command *command, int argc, char **argv, const char **values)
{
    int left = 0;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0) {
            argv[++left] = argv[i];
            continue;
        }
        int at = option_at(command, argv[i]);
        bool wants = at >= 0 && command->options[at].value != NULL;
        if (at < 0 || (wants && i + 1 == argc)) {
            fprintf(stderr, "hearth %s: %s %s (see hearth %s --help)\n", command->name,
                    at < 0 ? "there is no option" : "a value is missing after", argv[i],
                    command->name);
            return -1;
        }
        values[at] = wants ? argv[++i] : "";
    }
    return left;
}

void cli_man(FILE *out)
{
    fprintf(out, ".TH HEARTH 1\n.SH NAME\nhearth \\- open control software for home energy "
                 "storage\n.SH SYNOPSIS\n.B hearth\n.I COMMAND\n[options]\n.SH COMMANDS\n");
    for (const struct cli_command *c = cli_commands; c->name != NULL; c++) {
        fprintf(out, ".SS \"%s %s\"\n%s\n", c->name, c->arguments, c->about);
        for (const struct cli_option *o = c->options; o->name != NULL; o++) {
            fprintf(out, ".TP\n\\fB\\%s\\fR %s\n%s\n", o->name, o->value != NULL ? o->value : "",
                    o->help);
        }
        fprintf(out, ".PP\nExample:\n.PP\n.nf\n    %s\n.fi\n", c->example);
    }
    fprintf(out, ".SH EXIT STATUS\n0 done, 1 the job was refused, 2 wrong usage.\n");
}

int cmd_man(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    cli_man(stdout);
    return 0;
}

void csv_text(FILE *out, const char *text)
{
    if (strpbrk(text, ",\"\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            fputc('"', out);
        }
        fputc(*text, out);
    }
    fputc('"', out);
}

/* Bytes of the UTF-8 character at `text`; 0: it is none. */
static int utf8_bytes(const unsigned char *text)
{
    int n = text[0] < 0x80                      ? 1
            : text[0] >= 0xC2 && text[0] < 0xE0 ? 2
            : text[0] >= 0xE0 && text[0] < 0xF0 ? 3
            : text[0] >= 0xF0 && text[0] < 0xF5 ? 4
                                                : 0;
    for (int i = 1; i < n; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return n;
}

void json_text(FILE *out, const char *text)
{
    fputc('"', out);
    while (*text != '\0') {
        int n = utf8_bytes((const unsigned char *)text);
        if (*text == '"' || *text == '\\') {
            fprintf(out, "\\%c", *text);
        } else if ((unsigned char)*text < ' ' || n == 0) {
            fprintf(out, "\\u%04x", (unsigned)(unsigned char)*text);
        } else {
            fwrite(text, 1, (size_t)n, out);
        }
        text += n > 0 ? n : 1;
    }
    fputc('"', out);
}
