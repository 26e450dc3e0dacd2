// The shell: who is asking, which page, and whether the values are fresh.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { get, post, type About, type Auth } from './api';
import { AccessDialog } from './access';
import { clock, dayName } from './format';
import { t } from './i18n';
import { live, num, useLive } from './live';
import { isDark, languages, nextLang, prefs, setLang, setTheme, usePrefs, type Theme } from './prefs';
import { Icon } from './ui';
import { Overview } from './pages/overview';
import { Battery } from './pages/battery';
import { Curves } from './pages/curves';
import { Inverter } from './pages/inverter';
import { Events } from './pages/events';
import { Settings } from './pages/settings';
import { Simulation } from './pages/simulation';

const pages = ['overview', 'battery', 'inverter', 'curves', 'events', 'settings', 'simulation'] as const;
type Page = (typeof pages)[number];
const pageOf = (hash: string): Page => pages.find((page) => hash.startsWith(`#/${page}`)) ?? 'overview';

function usePage(): Page {
  const [page, setPage] = useState(pageOf(location.hash));
  useEffect(() => {
    const go = () => { setPage(pageOf(location.hash)); window.scrollTo(0, 0); };
    addEventListener('hashchange', go);
    return () => removeEventListener('hashchange', go);
  }, []);
  return page;
}

/** The site's clock, told by the stream once a second. */
export function siteNow(about: About | null): number | null {
  return live.nowMs ?? (about ? about.now_ms : null);
}

function Head({ about, auth, onLogin, onLogout }: { about: About | null; auth: Auth | null; onLogin: () => void; onLogout: () => void }) {
  const { points } = useLive();
  const now = siteNow(about);
  const speed = num(points, 'site.speed');
  const themes: Theme[] = ['auto', 'light', 'dark'];
  const next = themes[(themes.indexOf(prefs.theme) + 1) % 3]!;
  return (
    <header class="head">
      <div class="brand">
        <strong>{about?.name ?? 'Hearth'}</strong>
        <span class="tnum muted">
          {now !== null && <time dateTime={new Date(now).toISOString()}>{dayName(now, about?.timezone)}, {clock(now, about?.timezone)}</time>}
          {about?.simulated && <span class="sim-note"> · {t('simulated')}{speed !== null && speed !== 1 ? ` · ${t('speed_x', { x: speed })}` : ''}</span>}
        </span>
      </div>
      <div class="head-tools">
        <button type="button" class="tool" onClick={() => setLang(nextLang()[0])} aria-label={`${t('language')}: ${languages.find(([code]) => code === prefs.lang)![1]}`}>
          <span lang={nextLang()[0]}>{nextLang()[2]}</span>
        </button>
        <button type="button" class="tool" onClick={() => setTheme(next)} aria-label={`${t('theme')}: ${t(`theme_${prefs.theme}`)}`}>
          <Icon name={prefs.theme === 'auto' ? 'half' : isDark() ? 'moon' : 'sun'} size={20} />
        </button>
        {auth && (auth.role
          ? <button type="button" class="tool wide" onClick={onLogout} title={t('logged_in_as', { role: t(auth.role) })}>{t('logout')}</button>
          : <button type="button" class="tool wide" onClick={onLogin}>{t('login')}</button>)}
      </div>
    </header>
  );
}

function Connection({ zone }: { zone?: string }) {
  const { status, lastAt, nowMs } = useLive();
  return (
    <div class="connection" role="status" aria-live="polite">
      {status === 'lost' && <p><Icon name="warn" size={18} /> {t('lost')} {lastAt > 0 && t('lost_since', { time: clock(nowMs ?? lastAt, zone) })}</p>}
    </div>
  );
}

export function App() {
  usePrefs();
  const page = usePage();
  const [auth, setAuth] = useState<Auth | null>(null);
  const [about, setAbout] = useState<About | null>(null);
  const [asked, setAsked] = useState(false);
  const { status, points } = useLive();
  const hasInverter = page === 'inverter' || Object.keys(points).some((name) => name.startsWith('inverter.'));

  const refresh = useCallback(async () => {
    try {
      const now = await get<Auth>('/api/auth');
      setAuth(now);
      if (now.may_read) {
        setAbout(await get<About>('/api/about'));
        live.start();
        live.restart();
      }
    } catch { setTimeout(() => void refresh(), 3000); }
  }, []);
  useEffect(() => { void refresh(); }, [refresh]);
  useEffect(() => { // a session may have ended, or the site be another one, while the line was down
    if (status === 'live' && auth) void get<Auth>('/api/auth').then(setAuth, () => undefined);
  }, [status]);
  useEffect(() => { document.title = `${t(page)} · ${about?.name ?? 'Hearth'}`; }, [page, about, prefs.lang]);

  const logout = async () => { await post('/api/auth/logout', {}).catch(() => undefined); location.reload(); };
  const needs = auth !== null && !auth.may_read;
  const shown = { about, auth, onLogin: () => setAsked(true) };
  return (
    <div class={`shell ${status === 'lost' ? 'stale' : ''}`}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus(); }}>{t('skip')}</a>
      <nav class="nav" aria-label={t('menu')}>
        <span class="logo" aria-hidden="true"><svg viewBox="0 0 32 32" width="30" height="30"><rect width="32" height="32" rx="9" /><path d="M16 5c1 5 7 7 7 13a7 7 0 0 1-14 0c0-3 2-5 3-7 1 2 2 3 3 3 1-3 0-6 1-9z" /></svg><b>Hearth</b></span>
        <ul>
          {pages.filter((name) => (name !== 'simulation' || about?.simulated !== false) && (name !== 'inverter' || hasInverter)).map((name) => (
            <li key={name}><a href={`#/${name}`} aria-current={name === page ? 'page' : undefined}><Icon name={name} /><span class="long">{t(name)}</span><span class="short">{t(`nav_${name}`)}</span></a></li>
          ))}
        </ul>
      </nav>
      <div class="body">
        <Head about={about} auth={auth} onLogin={() => setAsked(true)} onLogout={() => void logout()} />
        <Connection zone={about?.timezone} />
        <main id="main" tabIndex={-1}>
          {!needs && auth && (
            page === 'overview' ? <Overview about={about} /> : page === 'battery' ? <Battery about={about} auth={auth} />
              : page === 'inverter' ? <Inverter {...shown} />
              : page === 'curves' ? <Curves about={about} /> : page === 'events' ? <Events about={about} />
                : page === 'settings' ? <Settings {...shown} /> : <Simulation {...shown} />
          )}
        </main>
      </div>
      {auth && (needs || asked) && (
        <AccessDialog auth={auth} onDone={() => { setAsked(false); void refresh(); }} onClose={needs ? undefined : () => setAsked(false)} />
      )}
    </div>
  );
}
