// Texts: [English, German]. A key that is missing shows itself, which a test looks for.
import { prefs } from './prefs';

const texts: Record<string, [string, string]> = {
  overview: ['Overview', 'Übersicht'], battery: ['Battery', 'Batterie'], curves: ['Curves', 'Verlauf'],
  events: ['Events', 'Ereignisse'], settings: ['Settings', 'Einstellungen'], simulation: ['Simulation', 'Simulation'],
  nav_overview: ['Home', 'Start'], nav_battery: ['Battery', 'Batterie'], nav_curves: ['Curves', 'Verlauf'], nav_events: ['Events', 'Journal'], nav_settings: ['Settings', 'Setup'], nav_simulation: ['Sim', 'Sim'], table: ['As a table', 'Als Tabelle'], soc_short: ['Charge', 'Ladestand'],
  skip: ['Skip to content', 'Zum Inhalt'], menu: ['Main', 'Hauptmenü'],
  theme: ['Theme', 'Darstellung'], theme_auto: ['Automatic', 'Automatisch'], theme_light: ['Light', 'Hell'], theme_dark: ['Dark', 'Dunkel'],
  language: ['Language', 'Sprache'], login: ['Log in', 'Anmelden'], logout: ['Log out', 'Abmelden'],
  lost: ['Connection lost. Reconnecting…', 'Verbindung unterbrochen. Wird wiederhergestellt …'],
  lost_since: ['Values are from {time}.', 'Werte von {time}.'],
  connecting: ['Connecting…', 'Verbinden …'], simulated: ['Simulated', 'Simuliert'], speed_x: ['{x}× speed', '{x}-fach'],
  pv: ['Solar', 'Solar'], grid: ['Grid', 'Netz'], home: ['Home', 'Haus'], inverter: ['Inverter', 'Wechselrichter'],
  buying: ['buying', 'Bezug'], selling: ['selling', 'Einspeisung'], idle: ['idle', 'ruht'], off: ['off', 'aus'], on: ['on', 'ein'],
  no_grid: ['no grid', 'kein Netz'], charging: ['charging', 'lädt'], discharging: ['discharging', 'entlädt'], producing: ['producing', 'liefert'], using: ['using', 'verbraucht'], night: ['idle', 'ruht'],
  say_unknown: ['Waiting for values', 'Warten auf Werte'],
  say_pv_charge: ['The sun powers your home and charges the battery', 'Die Sonne versorgt das Haus und lädt die Batterie'],
  say_pv_charge_sell: ['The sun powers your home, charges the battery and feeds the grid', 'Die Sonne versorgt das Haus, lädt die Batterie und speist ins Netz'],
  say_pv_sell: ['The sun powers your home, the rest goes to the grid', 'Die Sonne versorgt das Haus, der Rest geht ins Netz'],
  say_pv: ['The sun powers your home', 'Die Sonne versorgt das Haus'],
  say_pv_battery: ['Sun and battery power your home', 'Sonne und Batterie versorgen das Haus'],
  say_pv_grid: ['Sun and grid power your home', 'Sonne und Netz versorgen das Haus'],
  say_battery: ['The battery powers your home', 'Die Batterie versorgt das Haus'],
  say_battery_grid: ['Battery and grid power your home', 'Batterie und Netz versorgen das Haus'],
  say_grid: ['The grid powers your home', 'Das Netz versorgt das Haus'],
  say_grid_charge: ['The grid powers your home and charges the battery', 'Das Netz versorgt das Haus und lädt die Batterie'],
  say_island: ['The grid is out. Your home runs on its own', 'Das Netz ist ausgefallen. Das Haus versorgt sich selbst'],
  say_idle: ['All quiet', 'Alles ruhig'],
  today: ['Today', 'Heute'], produced: ['Produced', 'Erzeugt'], used: ['Used', 'Verbraucht'], bought: ['Bought', 'Bezogen'], sold: ['Sold', 'Eingespeist'],
  charged: ['Charged', 'Geladen'], discharged: ['Discharged', 'Entladen'], cost: ['Cost', 'Kosten'], earned: ['Earned', 'Ertrag'],
  self_sufficient: ['Self-sufficient', 'Autarkie'], self_help: ['Share of today’s use that did not come from the grid', 'Anteil des heutigen Verbrauchs ohne Netzbezug'],
  state: ['State', 'Zustand'], source: ['Source', 'Quelle'], stage: ['Charging', 'Ladestufe'], temperature: ['Temperature', 'Temperatur'], frequency: ['Grid', 'Netz'],
  fault_now: ['{device} has a fault: {codes}', '{device} hat einen Fehler: {codes}'], alarm_now: ['{device} reports: {codes}', '{device} meldet: {codes}'], protect_now: ['{device} protects itself: {codes}', '{device} schützt sich: {codes}'],
  show_events: ['Show events', 'Ereignisse zeigen'], soc: ['State of charge', 'Ladestand'],
  pack: ['Pack {n}', 'Modul {n}'], packs: ['Packs', 'Module'], no_packs: ['No battery has answered yet.', 'Noch hat keine Batterie geantwortet.'],
  voltage: ['Voltage', 'Spannung'], current: ['Current', 'Strom'], power: ['Power', 'Leistung'], soh: ['Health', 'Gesundheit'], cycles: ['Cycles', 'Zyklen'], remaining: ['Remaining', 'Restladung'],
  limits: ['Limits', 'Grenzen'], ccl: ['Charge current', 'Ladestrom'], dcl: ['Discharge current', 'Entladestrom'], cvl: ['Charge voltage', 'Ladespannung'],
  cells: ['Cells', 'Zellen'], spread: ['Spread', 'Spreizung'], highest: ['highest', 'höchste'], lowest: ['lowest', 'niedrigste'], temperatures: ['Temperatures', 'Temperaturen'], sensor: ['Cells {n}', 'Zellen {n}'], mos: ['MOS', 'MOS'], ambient: ['Ambient', 'Umgebung'],
  protections: ['Protections', 'Schutz'], alarms: ['Alarms', 'Alarme'], faults: ['Faults', 'Fehler'], none: ['None', 'Keine'], balancing: ['Balancing', 'Balancing'],
  charge_mos: ['Charge switch', 'Ladeschalter'], discharge_mos: ['Discharge switch', 'Entladeschalter'], closed: ['closed', 'geschlossen'], open: ['open', 'offen'], lamps: ['Lamps', 'Lampen'], health: ['Protection', 'Schutz'],
  day: ['Day', 'Tag'], month: ['Month', 'Monat'], year: ['Year', 'Jahr'], total: ['Total', 'Gesamt'], previous: ['Previous', 'Zurück'], next: ['Next', 'Weiter'], csv: ['Download CSV', 'CSV laden'], energy: ['Energy', 'Energie'],
  front_panel: ['Front panel', 'Bedienfeld'], screen_dark: ['The screen is dark. Touch it.', 'Der Bildschirm ist dunkel. Berühren.'], touch_screen: ['Touch the screen', 'Bildschirm berühren'],
  front_help: ['As on the pack: touch, swipe, or use the arrow keys, Enter and Esc. Changing a setting needs the owner or the installer.', 'Wie am Gerät: berühren, wischen oder Pfeiltasten, Enter und Esc. Einstellungen ändern dürfen Eigentümer und Installateur.'],
  lamp_off: ['off', 'aus'], lamp_on: ['on', 'ein'], lamp_flash1: ['flash 1', 'Blitz 1'], lamp_flash2: ['flash 2', 'Blitz 2'], lamp_flash3: ['flash 3', 'Blitz 3'],
  no_data: ['Nothing was recorded in this period.', 'In diesem Zeitraum wurde nichts aufgezeichnet.'], loading: ['Loading…', 'Lädt …'], period: ['Period', 'Zeitraum'], chart_of: ['Chart of {what}', 'Diagramm: {what}'],
  all: ['All', 'Alle'], kind: ['Kind', 'Art'], device: ['Device', 'Gerät'], search: ['Search', 'Suche'], more: ['Show older', 'Ältere zeigen'], no_events: ['No events match.', 'Keine passenden Ereignisse.'], time: ['Time', 'Zeit'], cleared: ['cleared', 'behoben'], set: ['set', 'aktiv'], n_events: ['{n} events', '{n} Ereignisse'],
  kind_fault: ['Fault', 'Fehler'], kind_protection: ['Protection', 'Schutz'], kind_alarm: ['Alarm', 'Alarm'], kind_info: ['Info', 'Info'], kind_setting: ['Setting', 'Einstellung'], kind_access: ['Access', 'Zugang'],
  save: ['Save', 'Speichern'], saved: ['Saved', 'Gespeichert'], undo: ['Undo', 'Zurücknehmen'], installer_only: ['Installer', 'Installateur'], range: ['{min} to {max} {unit}', '{min} bis {max} {unit}'], in_steps: ['in steps of {step}', 'in Schritten von {step}'], default_is: ['default {value}', 'Vorgabe {value}'], find_setting: ['Find a setting', 'Einstellung suchen'], login_to_change: ['Log in to change settings.', 'Zum Ändern bitte anmelden.'], no_settings: ['No setting matches.', 'Keine passende Einstellung.'], applies_when: ['Applies: {when}', 'Gilt: {when}'],
  accounts: ['Accounts', 'Konten'], accounts_help: ['Give the installer or a viewer a password of their own.', 'Installateur oder Betrachter ein eigenes Passwort geben.'], role: ['Account', 'Konto'], owner: ['Owner', 'Besitzer'], installer: ['Installer', 'Installateur'], viewer: ['Viewer', 'Betrachter'], password: ['Password', 'Passwort'], new_password: ['New password', 'Neues Passwort'],
  welcome: ['Welcome to Hearth', 'Willkommen bei Hearth'], welcome_help: ['Choose a password. It makes you the owner of this site; nobody else can change its settings.', 'Wählen Sie ein Passwort. Damit gehört die Anlage Ihnen; niemand sonst kann ihre Einstellungen ändern.'], set_password: ['Set password', 'Passwort setzen'], at_least_8: ['At least 8 characters', 'Mindestens 8 Zeichen'], code: ['Start code', 'Startcode'], code_help: ['The eight digits Hearth printed when it started', 'Die acht Ziffern, die Hearth beim Start ausgegeben hat'], cancel: ['Cancel', 'Abbrechen'], close: ['Close', 'Schließen'], show_demo: ['Look at the demo first', 'Erst die Demo ansehen'], logged_in_as: ['Logged in as {role}', 'Angemeldet als {role}'],
  not_simulated: ['This site is real; there is nothing to simulate.', 'Diese Anlage ist echt; hier gibt es nichts zu simulieren.'], clock: ['Clock', 'Uhr'], pause: ['Pause', 'Pause'], resume: ['Resume', 'Weiter'], weather_load: ['Weather and load', 'Wetter und Last'], grid_wires: ['Grid and wires', 'Netz und Leitungen'], sensors: ['Sensors', 'Fühler'], other: ['Other', 'Weiteres'], auto: ['auto', 'auto'], give_back: ['Give back to the model', 'Dem Modell zurückgeben'], sim_help: ['Turn a knob and watch what the house does. “auto” gives it back to the model.', 'Drehen Sie an einem Knopf und sehen Sie, was das Haus tut. „auto“ gibt ihn dem Modell zurück.'], outage: ['outage', 'Ausfall'], cut: ['cut', 'getrennt'], whole: ['whole', 'heil'],
  st_sleep: ['Asleep', 'Schläft'], st_standby: ['Standby', 'Bereit'], st_charge: ['Charging', 'Lädt'], st_discharge: ['Discharging', 'Entlädt'], st_protect: ['Protecting', 'Schützt sich'], st_fault: ['Fault', 'Fehler'],
  st_off: ['Off', 'Aus'], st_bypass: ['Bypass', 'Bypass'], st_inverting: ['Off-grid', 'Inselbetrieb'], st_on_grid: ['On grid', 'Am Netz'], st_update: ['Updating', 'Update'],
  st_bulk: ['Bulk', 'Hauptladung'], st_absorption: ['Absorption', 'Absorption'], st_float: ['Float', 'Erhaltung'], st_equalize: ['Equalize', 'Ausgleich'], st_none: ['None', 'Keine'],
  src_pv: ['Solar', 'Solar'], src_battery: ['Battery', 'Batterie'], src_grid: ['Grid', 'Netz'], src_generator: ['Generator', 'Generator'], src_none: ['None', 'Keine'],
};

export function t(key: string, values: Record<string, string | number> = {}): string {
  const entry = texts[key];
  let out = entry ? entry[prefs.lang === 'de' ? 1 : 0] : `⟦${key}⟧`;
  for (const [name, value] of Object.entries(values)) out = out.replace(`{${name}}`, String(value));
  return out;
}
/** A word of the contract (state, stage) in the reader's language; unknown words stay as they are. */
export const word = (prefix: string, value: string | null): string =>
  value === null ? '—' : texts[`${prefix}_${value}`] ? t(`${prefix}_${value}`) : value;
