/* SPDX-License-Identifier: Apache-2.0 */
#include "host/doctor/finding.h"

#include <stdarg.h>
#include <stdlib.h>

#define PINS "hearth list pins --brand NAME shows the pins of both ends"

/* clang-format off */
const struct finding_row finding_rows[FINDING_COUNT] = {
    [FINDING_PORT_CLOSED] = {"port_closed", LEVEL_PROBLEM,
        "The bus cannot be opened.",
        "Is the adapter plugged in, is the name right, may this user open it (group dialout), does "
        "another program hold it? A CAN interface is made ready with: ip link set can0 up type can "
        "bitrate 500000."},
    [FINDING_NOBODY_CONNECTED] = {"nobody_connected", LEVEL_PROBLEM,
        "Nobody is connected at the other end.",
        "Start the program at the other end, or check address and port of the converter."},
    [FINDING_CAN_BUS_OFF] = {"can_bus_off", LEVEL_PROBLEM,
        "The CAN controller has switched itself off after too many errors (bus-off).",
        "Check CAN-H and CAN-L for a swap or a short, the bit rate, and 60 ohm between them with "
        "everything off (120 ohm at each end). " PINS "."},
    [FINDING_CAN_OTHER_RATE] = {"can_other_rate", LEVEL_PROBLEM,
        "The bus runs at another bit rate.",
        "Set this end, or the battery, to the other's rate; inverters of 48 V batteries use "
        "500 kbit/s."},
    [FINDING_SERIAL_SWAPPED] = {"serial_swapped", LEVEL_PROBLEM,
        "A and B of the RS485 line are swapped: what is heard is a known frame with every bit "
        "inverted.",
        "Swap the two wires at one end. " PINS "."},
    [FINDING_SERIAL_OTHER_BAUD] = {"serial_other_baud", LEVEL_PROBLEM,
        "The battery speaks at another baud rate.",
        "Set the inverter, or the battery, to the same rate (some packs set it with their DIP "
        "switches)."},
    [FINDING_SERIAL_OTHER_PROTOCOL] = {"serial_other_protocol", LEVEL_PROBLEM,
        "The battery answers in another protocol.",
        "Set the battery's RS485 protocol to what the inverter asks in, or the inverter's battery "
        "type to the battery's; hearth bridge translates between any two."},
    [FINDING_SERIAL_OTHER_ADDRESS] = {"serial_other_address", LEVEL_PROBLEM,
        "The battery answers at another address.",
        "The first pack has to have the address the inverter asks (its DIP switches); most "
        "inverters ask the first address of the protocol."},
    [FINDING_CAN_OTHER_PROTOCOL] = {"can_other_protocol", LEVEL_PROBLEM,
        "The battery speaks another CAN protocol.",
        "Set the battery's CAN protocol to the one of the inverter (on its display, or with hearth "
        "monitor); hearth list compat PRODUCT --brand NAME says which it is."},
    [FINDING_CAN_MISMATCH] = {"can_mismatch", LEVEL_PROBLEM,
        "Battery and inverter speak different CAN protocols.",
        "Set the battery to the inverter's protocol, or the inverter's battery type to the "
        "battery's; hearth bridge translates between any two."},
    [FINDING_CAN_TWO_BATTERIES] = {"can_two_batteries", LEVEL_PROBLEM,
        "Two batteries send the same frames with different contents.",
        "Only the host (address 1) may be wired to the inverter; link the other packs to it with "
        "their own link cables and give each its own address."},
    [FINDING_SERIAL_TWO_MASTERS] = {"serial_two_masters", LEVEL_PROBLEM,
        "Two masters ask on this line and disturb each other.",
        "Only one may ask: take the other (a logger, a monitor, the inverter) off this line."},
    [FINDING_SERIAL_BROKEN] = {"serial_broken", LEVEL_PROBLEM,
        "Frames come with wrong checksums.",
        "Noise or reflections: use a twisted pair with a ground wire, 120 ohm at both ends of long "
        "lines, keep it away from the power cables; or two speak at once."},
    [FINDING_CAN_BROKEN] = {"can_broken", LEVEL_PROBLEM,
        "Frames of the battery hold values that are not allowed, or are too short.",
        "An inverter drops these frames. hearth decode --bus shows which; ask the maker for other "
        "firmware, or try another protocol of the battery."},
    [FINDING_CAN_INVERTER_ONLY] = {"can_inverter_only", LEVEL_PROBLEM,
        "Only the inverter is heard; the battery is silent.",
        "Is the battery switched on and awake, is its CAN protocol chosen, is the cable in the "
        "battery's CAN port (not RS485), are pins and addresses right? " PINS "."},
    [FINDING_CAN_BATTERY_ONLY] = {"can_battery_only", LEVEL_PROBLEM,
        "Only the battery is heard; the inverter is silent.",
        "Is the inverter's battery type a lithium one with CAN, is the cable in its BMS port, are "
        "the pins right? Some inverters only listen: then this is no fault. " PINS "."},
    [FINDING_SERIAL_MASTER_UNANSWERED] = {"serial_master_unanswered", LEVEL_PROBLEM,
        "Somebody asks on this line, and nobody answers.",
        "Is the battery awake, is its address the one that is asked, is its protocol the one that "
        "is spoken?"},
    [FINDING_CAN_VOLTAGE_SCALE] = {"can_voltage_scale", LEVEL_PROBLEM,
        "The battery sends its voltage in steps of 0.1 V; the protocol has 0.01 V.",
        "The inverter takes it for a tenth. Choose another protocol on the battery, or ask its "
        "maker for other firmware."},
    [FINDING_CAN_CHARGE_VOLTAGE] = {"can_charge_voltage", LEVEL_PROBLEM,
        "The charge voltage the battery asks for does not fit its own voltage.",
        "Is the battery of another nominal voltage (24 V, 48 V) than the protocol or the inverter "
        "expects? Check the BMS's number of cells."},
    [FINDING_CAN_LIMITS_ZERO] = {"can_limits_zero", LEVEL_HINT,
        "The battery allows no current.",
        "A full battery forbids charging, an empty one discharging; both at once means a "
        "protection or a battery that waits for the inverter."},
    [FINDING_CAN_PROTECTION] = {"can_protection", LEVEL_HINT,
        "The battery reports a protection.",
        "It has opened, or will open, its switches; hearth monitor shows why."},
    [FINDING_CAN_EXTENDED] = {"can_extended", LEVEL_PROBLEM,
        "Frames with 29-bit ids are on the bus: none of the protocols of 48 V batteries.",
        "This is a high-voltage battery, another device, or the packs' own link: use the port for "
        "the inverter."},
    [FINDING_CAN_UNKNOWN] = {"can_unknown", LEVEL_PROBLEM,
        "Frames are heard that belong to none of the known protocols.",
        "Is this the battery's port for the inverter? hearth decode PROTOCOL --bus BUS shows the "
        "frames; hearth list protocols what is known."},
    [FINDING_CAN_MISSING] = {"can_missing", LEVEL_PROBLEM,
        "Frames an inverter needs are missing.",
        "Choose another protocol on the battery: this one is not complete."},
    [FINDING_CAN_SLOW] = {"can_slow", LEVEL_HINT,
        "The battery sends its frames less often than the protocol says.",
        "Inverters give up after some seconds: look for a disturbed bus, or a battery that is busy "
        "with many packs."},
    [FINDING_CAN_PASSIVE] = {"can_passive", LEVEL_HINT,
        "The CAN controller counts errors (error passive).",
        "Check the termination (60 ohm between CAN-H and CAN-L with everything off), the bit rate "
        "and the length of the stubs."},
    [FINDING_BUS_GARBAGE] = {"bus_garbage", LEVEL_PROBLEM,
        "Bytes are heard that are no frame of any protocol.",
        "Another baud rate, another device on this line, a swapped pair or a missing ground; on "
        "CAN another adapter's protocol than slcan."},
    [FINDING_SERIAL_ECHO_ONLY] = {"serial_echo_only", LEVEL_PROBLEM,
        "Only the own questions come back: the adapter echoes them, and nobody else is on the line.",
        "The adapter and its driver work. Check the cable to the battery, A and B, and whether the "
        "battery is awake. " PINS "."},
    [FINDING_SERIAL_SILENT] = {"serial_silent", LEVEL_PROBLEM,
        "Nobody answers in any protocol, at any rate, and nobody else is heard.",
        "Is the battery switched on and awake, is the cable in its RS485 port (RS232 and CAN look "
        "the same), are A and B right (a swapped pair is silent too), is its DIP address 1? " PINS
        "."},
    [FINDING_CAN_NOTHING] = {"can_nothing", LEVEL_PROBLEM,
        "Nothing is heard.",
        "Are battery and inverter on and awake, is the cable in the CAN ports, are CAN-H and CAN-L "
        "right, is there 60 ohm between them with everything off, is the bit rate right (500k)? "
        PINS "."},
    [FINDING_SERIAL_MASTER] = {"serial_master", LEVEL_WELL,
        "A master asks on this line and a battery answers it.",
        "Nothing to do. Do not ask here as well: one master a line."},
    [FINDING_SERIAL_WELL] = {"serial_well", LEVEL_WELL,
        "A battery answers.",
        "Nothing to do at this end; hearth monitor shows its values."},
    [FINDING_CAN_WELL] = {"can_well", LEVEL_WELL,
        "Battery and inverter talk in the same protocol.",
        "Nothing to do; hearth decode --bus shows what they say."},
};
/* clang-format on */

bool diagnosis_has(const struct diagnosis *diagnosis, enum finding_id id)
{
    for (int i = 0; i < diagnosis->n; i++) {
        if (diagnosis->of[i].id == id) {
            return true;
        }
    }
    return false;
}

void diagnose(struct diagnosis *diagnosis, enum finding_id id, const char *format, ...)
{
    va_list args;
    if (diagnosis->n == FINDINGS_MAX || diagnosis_has(diagnosis, id)) {
        return;
    }
    struct finding *finding = &diagnosis->of[diagnosis->n++];
    finding->id = id;
    va_start(args, format);
    vsnprintf(finding->detail, sizeof finding->detail, format, args);
    va_end(args);
}

bool diagnosis_is_good(const struct diagnosis *diagnosis)
{
    bool well = false;
    for (int i = 0; i < diagnosis->n; i++) {
        enum finding_level level = finding_rows[diagnosis->of[i].id].level;
        if (level == LEVEL_PROBLEM) {
            return false;
        }
        well = well || level == LEVEL_WELL;
    }
    return well;
}

static int by_certainty(const void *a, const void *b)
{
    const struct finding *first = a;
    const struct finding *second = b;
    return (first->id > second->id) - (first->id < second->id);
}

void diagnosis_sort(struct diagnosis *diagnosis)
{
    qsort(diagnosis->of, (size_t)diagnosis->n, sizeof diagnosis->of[0], by_certainty);
}

void diagnosis_print(const struct diagnosis *diagnosis, FILE *out)
{
    static const char *const marks[] = {
        [LEVEL_PROBLEM] = "!", [LEVEL_HINT] = "?", [LEVEL_WELL] = "+"};
    for (int i = 0; i < diagnosis->n; i++) {
        const struct finding_row *row = &finding_rows[diagnosis->of[i].id];
        fprintf(out, "%s %s\n", marks[row->level], row->sentence);
        if (diagnosis->of[i].detail[0] != '\0') {
            fprintf(out, "  Seen: %s.\n", diagnosis->of[i].detail);
        }
        fprintf(out, "  %s %s\n", row->level == LEVEL_WELL ? "So:" : "Do:", row->advice);
    }
}
