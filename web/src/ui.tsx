// Small parts every page uses.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from './i18n';

const paths: Record<string, string> = {
  overview: 'M3 11.5 12 4l9 7.5M5.5 10v9.5h13V10M10 19.5v-5h4v5',
  battery: 'M3 8.5h15v7H3zM21 11v2M6 11v2M9 11v2M12 11v2',
  inverter: 'M5 4h14v16H5zM8 7h8v5H8zM8.5 16h.01M12 16h.01M15.5 16h.01',
  curves: 'M3 19.5h18M4 15l5-6 4 4 7-8',
  events: 'M12 4a5 5 0 0 0-5 5v4l-2 3.5h14L17 13V9a5 5 0 0 0-5-5zM10 19.5h4',
  settings: 'M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4',
  simulation: 'M4 12a8 8 0 1 1 8 8M12 7v5l3 2M3 20l4-4M3 16v4h4',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M19.5 14A8 8 0 0 1 10 4.5a8 8 0 1 0 9.5 9.5z',
  half: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
  pylon: 'M9 21 12 3l3 18M7 8h10M6 12h12M10 15l4 3M14 15l-4 3',
  home: 'M4 11.5 12 5l8 6.5M6 10v9h12v-9M12 11l-2 3.5h4L12 18',
  warn: 'M12 4 2.5 20h19zM12 10v5M12 17.5v.5',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z',
  left: 'M14.5 5.5 8 12l6.5 6.5', right: 'M9.5 5.5 16 12l-6.5 6.5',
};
export function Icon({ name, size = 22 }: { name: string; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
      <path d={paths[name] ?? ''} />
    </svg>
  );
}

export function Card({ title, children, aside, class: extra = '' }: { title?: string; children: ComponentChildren; aside?: ComponentChildren; class?: string }) {
  return (
    <section class={`card ${extra}`} aria-label={title}>
      {(title || aside) && <header class="card-head">{title && <h2>{title}</h2>}{aside}</header>}
      {children}
    </section>
  );
}

export function Stat({ label, value, unit, tone, help }: { label: string; value: string; unit?: string; tone?: string; help?: string }) {
  return (
    <div class="stat" title={help}>
      <dt>{tone && <i class={`swatch ${tone}`} />}{label}</dt>
      <dd class="tnum">{value}{unit && value !== '—' && <small> {unit}</small>}</dd>
    </div>
  );
}

export function Segmented<T extends string>({ label, value, options, onChange }: { label: string; value: T; options: [T, string][]; onChange: (value: T) => void }) {
  return (
    <div class="segmented" role="group" aria-label={label}>
      {options.map(([key, name]) => (
        <button type="button" key={key} aria-pressed={key === value} onClick={() => onChange(key)}>{name}</button>
      ))}
    </div>
  );
}

export function Dialog({ title, onClose, children }: { title: string; onClose?: () => void; children: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={ref} class="dialog" aria-labelledby="dialog-title" onCancel={(event) => { event.preventDefault(); onClose?.(); }}>
      <h2 id="dialog-title">{title}</h2>
      {children}
      {onClose && <button type="button" class="dialog-close" aria-label={t('close')} onClick={onClose}>×</button>}
    </dialog>
  );
}

export const Tag = ({ tone, children }: { tone: string; children: ComponentChildren }) => <span class={`tag ${tone}`}>{children}</span>;
