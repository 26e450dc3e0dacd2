import { useEffect, useMemo, useState } from 'preact/hooks';
import { get, reason, type About, type SiteEvent } from '../api';
import { clockS, dayName } from '../format';
import { boxFor, useBoxes, type Box } from '../boxlist';
import { t } from '../i18n';
import { useLive } from '../live';
import { Tag } from '../ui';

const kinds = ['fault', 'protection', 'alarm', 'info', 'setting', 'access'];
const tones: Record<string, string> = { fault: 'bad', protection: 'bad', alarm: 'warn', info: 'plain', setting: 'accent', access: 'plain' };
const PAGE = 100;

const Row = ({ event, zone, box }: { event: SiteEvent; zone?: string; box?: Box }) => (
  <li class="event">
    <time class="tnum" dateTime={new Date(event.at_ms).toISOString()}>{clockS(event.at_ms, zone)}</time>
    <span class="event-tag"><Tag tone={event.active ? tones[event.kind] ?? 'plain' : 'plain'}>{event.code || t(`kind_${event.kind}`)}</Tag></span>
    <span class="event-text">{event.text || event.code}{box && <> <a href={`#/battery?box=${box.id}`}>{t('black_box')}<span class="sr"> {event.device} {event.code}</span></a></>}</span>
    <span class="event-meta muted">{event.device} · {kinds.includes(event.kind) ? t(`kind_${event.kind}`) : event.kind}{['fault', 'protection', 'alarm'].includes(event.kind) ? ` · ${t(event.active ? 'set' : 'cleared')}` : ''}</span>
  </li>
);

export function Events({ about }: { about: About | null }) {
  const { events: fresh } = useLive();
  const boxes = useBoxes();
  const [old, setOld] = useState<SiteEvent[]>([]);
  const [kind, setKind] = useState('');
  const [device, setDevice] = useState('');
  const [search, setSearch] = useState('');
  const [ended, setEnded] = useState(false);
  const [error, setError] = useState('');

  const load = async (before?: number) => {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (kind) query.set('kind', kind);
    if (device) query.set('device', device);
    if (before) query.set('before', String(before));
    try {
      const page = (await get<{ events: SiteEvent[] }>(`/api/events?${query}`)).events;
      setOld((was) => (before ? [...was, ...page] : page));
      setEnded(page.length < PAGE);
      setError('');
    } catch (refused) { setError(reason(refused)); }
  };
  useEffect(() => { void load(); }, [kind, device]);

  const all = useMemo(() => {
    const newest = old[0]?.id ?? 0;
    const mine = fresh.filter((event) => event.id > newest && (!kind || event.kind === kind) && (!device || event.device === device));
    const words = search.toLowerCase();
    return [...mine, ...old].filter((event) => !words || `${event.device} ${event.code} ${event.text}`.toLowerCase().includes(words));
  }, [old, fresh, kind, device, search]);
  const devices = useMemo(() => [...new Set([...fresh, ...old].map((event) => event.device)), ...(device ? [device] : [])].filter((d, i, a) => a.indexOf(d) === i).sort(), [fresh, old, device]);
  const days = useMemo(() => {
    const groups: [string, SiteEvent[]][] = [];
    for (const event of all) {
      const day = dayName(event.at_ms, about?.timezone);
      if (groups[groups.length - 1]?.[0] !== day) groups.push([day, []]);
      groups[groups.length - 1]![1].push(event);
    }
    return groups;
  }, [all, about]);

  return (
    <div>
      <h1>{t('events')}</h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>{t('kind')}<select value={kind} onChange={(event) => setKind(event.currentTarget.value)}><option value="">{t('all')}</option>{kinds.map((name) => <option key={name} value={name}>{t(`kind_${name}`)}</option>)}</select></label>
        <label>{t('device')}<select value={device} onChange={(event) => setDevice(event.currentTarget.value)}><option value="">{t('all')}</option>{devices.map((name) => <option key={name} value={name}>{name}</option>)}</select></label>
        <label class="grow">{t('search')}<input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} /></label>
      </form>
      <p class="error" role="alert">{error}</p>
      <p class="sr" role="status">{t('n_events', { n: all.length })}</p>
      {all.length === 0 ? <p class="empty">{t('no_events')}</p> : days.map(([day, list]) => (
        <section key={day} class="day"><h2>{day}</h2><ul class="event-list card">{list.map((event) => <Row key={event.id} event={event} zone={about?.timezone} box={boxFor(boxes, event)} />)}</ul></section>
      ))}
      {!ended && old.length > 0 && <button type="button" class="quiet more" onClick={() => void load(old[old.length - 1]!.id)}>{t('more')}</button>}
    </div>
  );
}
