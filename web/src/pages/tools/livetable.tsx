// The live table: only the rows that can be seen are in the page, however many there are.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { clockS, dateTime, fixed } from '../../format';
import { t } from '../../i18n';
import { samples, type Sample } from './samples';

const ROW = 34, SPARE = 8;

function Row({ sample, index, zone }: { sample: Sample; index: number; zone?: string }) {
  return (
    <tr aria-rowindex={index + 2} data-index={index}>
      <td class="tnum time"><span class="date">{dateTime(sample.at_ms, zone, { day: '2-digit', month: '2-digit' })} </span>{clockS(sample.at_ms, zone)}</td>
      <th scope="row" class="tnum">{sample.pack}</th>
      <td class="tnum">{fixed(sample.voltage, 2)}</td>
      <td class="tnum">{fixed(sample.current, 2)}</td>
      <td class="tnum">{fixed(sample.soc, 0)}</td>
      <td class="tnum">{fixed(sample.high, 3)}</td>
      <td class="tnum">{fixed(sample.low, 3)}</td>
      <td class="tnum">{fixed(sample.mos, 1)}</td>
    </tr>
  );
}

export function LiveTable({ bottom, setBottom, zone }: { bottom: boolean; setBottom: (on: boolean) => void; zone?: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [, tick] = useState(0);
  const [view, setView] = useState({ top: 0, height: 480 });
  const expected = useRef(0); // where the view was last put: above it a hand has scrolled
  useEffect(() => samples.subscribe(() => tick((n) => n + 1)), []);
  const count = samples.count;
  const look = () => {
    const el = box.current;
    if (!el) return;
    if (bottom && el.scrollTop < expected.current - ROW) setBottom(false);
    expected.current = el.scrollTop;
    setView((was) => (was.top === el.scrollTop && was.height === el.clientHeight ? was : { top: el.scrollTop, height: el.clientHeight }));
  };
  useLayoutEffect(() => {
    const el = box.current;
    if (!el || !bottom) return;
    expected.current = 0; // rows that were cleared away are no hand
    el.scrollTop = el.scrollHeight;
    expected.current = el.scrollTop;
    if (el.scrollTop !== view.top || el.clientHeight !== view.height) setView({ top: el.scrollTop, height: el.clientHeight });
  }, [count, bottom]);
  const first = Math.max(0, Math.min(count, Math.floor(view.top / ROW) - SPARE)), last = Math.min(count, Math.ceil((view.top + view.height) / ROW) + SPARE);
  const rows = [];
  for (let i = first; i < last; i++) rows.push(<Row key={i} index={i} sample={samples.row(i)} zone={zone} />);
  return (
    <div ref={box} class="live-table" tabIndex={0} role="region" aria-label={t('multi_list')} onScroll={look}>
      <table aria-rowcount={count + 1}>
        <thead><tr aria-rowindex={1}><th scope="col">{t('time')}</th><th scope="col">{t('multi_pack')}</th><th scope="col">{t('voltage')} <small>V</small></th><th scope="col">{t('current')} <small>A</small></th><th scope="col">{t('soc_short')} <small>%</small></th><th scope="col">{t('multi_high')} <small>V</small></th><th scope="col">{t('multi_low')} <small>V</small></th><th scope="col">{t('multi_mos')} <small>°C</small></th></tr></thead>
        <tbody>
          {first > 0 && <tr class="space" aria-hidden="true"><td colSpan={8} style={{ height: `${first * ROW}px` }} /></tr>}
          {rows}
          {last < count && <tr class="space" aria-hidden="true"><td colSpan={8} style={{ height: `${(count - last) * ROW}px` }} /></tr>}
        </tbody>
      </table>
      {count === 0 && <p class="empty">{t('multi_none')}</p>}
    </div>
  );
}
