// Black boxes: a list, and the minute before a protection as two charts under one cursor.
import { useEffect, useRef, useState } from 'preact/hooks';
import { boxFor, useBoxes, type Box, type BoxData } from '../boxlist';
import { get, reason } from '../api';
import { BoxChart } from '../boxchart';
import { clockS, dayName, fixed } from '../format';
import { t } from '../i18n';
import { Card, Tag } from '../ui';

export { boxFor };
const numberOf = (device: string) => Number(/^pack(\d+)$/.exec(device)?.[1] ?? 0);
const LIST = 8;

function Values({ box, at }: { box: BoxData; at: number }) {
  const items: [string, string, string][] = [
    [t('current'), `${fixed(box.current_a[at], 1)} A`, 'grid'], [t('voltage'), `${fixed(box.voltage_v[at], 2)} V`, 'battery'],
    [t('cell_high'), `${fixed(box.cell_max_v[at], 3)} V`, 'pv'], [t('cell_low'), `${fixed(box.cell_min_v[at], 3)} V`, 'home'], [t('soc_short'), `${fixed(box.soc_pct[at], 1)} %`, 'soc'],
  ];
  const seconds = box.time_s[at] ?? 0;
  return (
    <div class="box-values">
      <b class="tnum">{seconds >= 0 ? t('at_trip') : t('before_trip', { s: fixed(-seconds, 1) })}</b>
      <ul class="legend">{items.map(([label, value, tone]) => <li key={label}><span><i class={`swatch ${tone}`} />{label}<b class="tnum">{value}</b></span></li>)}</ul>
    </div>
  );
}

function Shown({ id, zone, choosePack }: { id: number; zone?: string; choosePack: (n: number) => void }) {
  const [box, setBox] = useState<BoxData | null>(null);
  const [error, setError] = useState('');
  const [hover, setHover] = useState<number | null>(null);
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    let gone = false;
    setBox(null);
    setHover(null);
    get<BoxData>(`/api/blackbox/${id}`).then((answer) => {
      if (gone) return;
      setBox(answer);
      setError('');
      choosePack(numberOf(answer.device));
    }, (refused) => !gone && setError(reason(refused)));
    return () => { gone = true; };
  }, [id]);
  useEffect(() => {
    if (!box) return;
    head.current?.focus({ preventScroll: true });
    head.current?.scrollIntoView({ block: 'start' });
  }, [box]);
  if (error) return <p class="error" role="alert">{error}</p>;
  if (!box) return <p class="empty">{t('loading')}</p>;
  const last = box.time_s.length - 1;
  return (
    <div class="box-shown" data-box={box.id}>
      <h3 tabIndex={-1} ref={head}>{t('box_title', { pack: t('pack', { n: numberOf(box.device) }), code: `${box.code} (${box.name})` })}, {dayName(box.at_ms, zone)} {clockS(box.at_ms, zone)}</h3>
      <Values box={box} at={hover ?? last} />
      <BoxChart box={box} onHover={setHover} />
      <div class="card-foot"><a class="quiet link-button" href={`/api/blackbox/${box.id}?format=csv`} download={`${box.device}-${box.code}-${box.id}.csv`}>{t('csv')}</a></div>
    </div>
  );
}

const Line = ({ box, chosen, zone }: { box: Box; chosen: boolean; zone?: string }) => (
  <li class="box-line">
    <time class="tnum muted" dateTime={new Date(box.at_ms).toISOString()}>{dayName(box.at_ms, zone)} {clockS(box.at_ms, zone)}</time>
    <Tag tone="bad">{box.code}</Tag>
    <span>{t('pack', { n: numberOf(box.device) })}: {box.name} <small class="muted">{t('trip_n', { n: box.trip })}</small></span>
    <a href={`#/battery?box=${box.id}`} aria-current={chosen ? 'true' : undefined}>{t('show_box')}<span class="sr"> {box.code}, {clockS(box.at_ms, zone)}</span></a>
  </li>
);

export function Boxes({ chosen, choosePack, zone }: { chosen: number | null; choosePack: (n: number) => void; zone?: string }) {
  const boxes = useBoxes();
  const [all, setAll] = useState(false);
  const listed = boxes && (all ? boxes : boxes.slice(0, LIST));
  return (
    <Card title={t('boxes')} class="memory">
      <p class="muted">{t('boxes_help')}</p>
      {chosen !== null && <Shown key={chosen} id={chosen} zone={zone} choosePack={choosePack} />}
      {listed === null ? <p class="empty">{t('loading')}</p> : listed.length === 0 ? <p class="empty">{t('no_boxes')}</p>
        : <ul class="box-list">{listed.map((box) => <Line key={box.id} box={box} chosen={box.id === chosen} zone={zone} />)}</ul>}
      {boxes && boxes.length > LIST && !all && <div class="card-foot"><button type="button" class="quiet small" onClick={() => setAll(true)}>{t('older')}</button></div>}
    </Card>
  );
}
