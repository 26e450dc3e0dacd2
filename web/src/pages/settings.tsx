import { useEffect, useState } from 'preact/hooks';
import { get, put, reason, Refused, type About, type Auth, type Setting, type Trial } from '../api';
import { settingTitle, t } from '../i18n';
import { Card, Icon, Segmented, Tag } from '../ui';

function Control({ id, setting, value, onInput, described, invalid }: { id: string; setting: Setting; value: string; onInput: (value: string) => void; described: string; invalid: boolean }) {
  const common = { id, disabled: !setting.writable, 'aria-describedby': described, 'aria-invalid': invalid };
  if (setting.options.length > 0) {
    return (
      <select {...common} value={value} onChange={(event) => onInput(event.currentTarget.value)}>
        {!setting.options.includes(value) && <option value={value}>{value || '—'}</option>}
        {setting.options.map((option) => <option key={option} value={option}>{option}</option>)}
      </select>
    );
  }
  if (setting.type === 'time') return <input {...common} type="time" value={value} onInput={(event) => onInput(event.currentTarget.value)} />;
  const numeric = setting.type === 'int' || setting.type === 'decimal';
  return <input {...common} type={numeric ? 'number' : 'text'} inputMode={numeric ? 'decimal' : 'text'} step={setting.step || 'any'} value={value} onInput={(event) => onInput(event.currentTarget.value)} />;
}

const SENT_LOOKS = 8;
const SENT_PAUSE_MS = 750;

/** A real device answers after a while: what it has in the end. */
async function settled(path: string, sent: Setting, wanted: string): Promise<Setting> {
  let now = sent;
  const same = () => now.value === wanted || (now.value !== '' && Number(now.value) === Number(wanted));
  for (let look = 0; look < SENT_LOOKS && !same(); look++) {
    await new Promise((done) => { setTimeout(done, SENT_PAUSE_MS); });
    now = await get<Setting>(path);
  }
  if (!same()) throw new Error(t('not_taken'));
  return now;
}

function Row({ device, setting, onSaved }: { device: string; setting: Setting; onSaved: (setting: Setting) => void }) {
  const [value, setValue] = useState(setting.value);
  const [error, setError] = useState('');
  const [saved, setSaved] = useState(false);
  const [sent, setSent] = useState(false);
  const [warning, setWarning] = useState(''); // what a person should know before it is stored
  useEffect(() => setValue(setting.value), [setting.value]);
  const id = `s-${device}-${setting.name}`.replace(/[^\w-]/g, '_');
  const path = `/api/settings/${encodeURIComponent(device)}/${encodeURIComponent(setting.name)}`;
  const change = (next: string) => { setValue(next); setError(''); setWarning(''); };
  /** The device says first what a value would lead to. */
  const asks = async () => {
    const { result, reason: why } = await get<Trial>(`${path}?try=${encodeURIComponent(value)}`);
    (result === 'refused' ? setError : setWarning)(why);
    return why !== '';
  };
  const save = async (sure: boolean) => {
    try {
      if (!sure && await asks()) return;
      const answer = await put<Setting>(path, { value });
      setSent(answer.sent === true);
      onSaved(answer.sent ? await settled(path, answer, value) : answer);
      setError('');
      setWarning('');
      setSaved(true);
      setTimeout(() => setSaved(false), 2500);
    } catch (refused) {
      const allowed = refused instanceof Refused && refused.problem.allowed && !/allowed|erlaubt/i.test(refused.message) ? ` (${refused.problem.allowed})` : '';
      setError(reason(refused) + allowed);
    } finally { setSent(false); }
  };
  const hints = [
    setting.min !== '' && setting.max !== '' ? t('range', { min: setting.min, max: setting.max, unit: setting.unit }) : '',
    setting.step !== '' && setting.step !== '0' ? t('in_steps', { step: setting.step }) : '',
    setting.default !== '' ? t('default_is', { value: setting.default }) : '',
  ].filter(Boolean);
  return (
    <form class="setting" onSubmit={(event) => { event.preventDefault(); void save(warning !== ''); }} noValidate>
      <div class="setting-text">
        <label for={id}>{settingTitle(setting) || setting.name}</label> <code>{setting.name}</code>
        {setting.access !== 'user' && <Tag tone="plain"><Icon name="lock" size={13} /> {t('installer_only')}</Tag>}
        {setting.effect && <p class="muted">{setting.effect}</p>}
        <p class="hint muted" id={`${id}-hint`}>{hints.join(' · ')}{setting.applies && <span> · {t('applies_when', { when: setting.applies })}</span>}</p>
      </div>
      <div class="setting-control">
        <span class="with-unit"><Control id={id} setting={setting} value={value} onInput={change} described={`${id}-hint ${id}-warning ${id}-error`} invalid={error !== ''} /><span class="unit">{setting.unit}</span></span>
        <p role="alert" class="setting-warning" id={`${id}-warning`}>{warning}</p>
        {value !== setting.value && !sent && <span class="setting-actions"><button type="submit" class="primary">{t(warning ? 'store_anyway' : 'save')}</button><button type="button" class="quiet" onClick={() => change(setting.value)}>{t('undo')}</button></span>}
        {setting.silent && <p class="silent-note">{t('silent_now', { name: setting.value, bus: setting.name.split(' ')[0]! })}</p>}
        <span class="saved" role="status">{sent ? t('sent_on') : saved ? `✓ ${t('saved')}` : ''}</span>
        <p class="error" id={`${id}-error`} role="alert">{error}</p>
      </div>
    </form>
  );
}

function Accounts({ auth }: { auth: Auth }) {
  const [role, setRole] = useState('viewer');
  const [password, setPassword] = useState('');
  const [said, setSaid] = useState('');
  const [error, setError] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await put('/api/auth/password', { role, password });
      setPassword(''); setError(''); setSaid(`✓ ${t('saved')}`);
    } catch (refused) { setSaid(''); setError(reason(refused)); }
  };
  if (auth.role !== 'owner') return null;
  return (
    <Card title={t('accounts')}>
      <p class="muted">{t('accounts_help')}</p>
      <form class="filters" onSubmit={(event) => void submit(event)}>
        <label>{t('role')}<select value={role} onChange={(event) => setRole(event.currentTarget.value)}>{['viewer', 'installer', 'owner'].map((name) => <option key={name} value={name}>{t(name)}</option>)}</select></label>
        <label class="grow">{t('new_password')}<input type="password" autocomplete="new-password" minLength={8} maxLength={128} required value={password} onInput={(event) => setPassword(event.currentTarget.value)} /></label>
        <button type="submit" class="primary">{t('save')}</button>
      </form>
      <p role="status" class="saved">{said}</p><p class="error" role="alert">{error}</p>
    </Card>
  );
}

export function Settings({ auth, onLogin }: { about: About | null; auth: Auth | null; onLogin: () => void }) {
  const [devices, setDevices] = useState<string[]>([]);
  const [device, setDevice] = useState('');
  const [settings, setSettings] = useState<Setting[]>([]);
  const [search, setSearch] = useState('');
  const [error, setError] = useState('');
  useEffect(() => {
    get<{ devices: string[] }>('/api/settings').then((answer) => { setDevices(answer.devices); setDevice((was) => was || answer.devices[0] || ''); }, (refused) => setError(reason(refused)));
  }, []);
  useEffect(() => {
    if (!device) return;
    setSettings([]);
    get<{ settings: Setting[] }>(`/api/settings/${encodeURIComponent(device)}`).then((answer) => { setSettings(answer.settings); setError(''); }, (refused) => setError(reason(refused)));
  }, [device, auth?.role]);
  const words = search.toLowerCase();
  const shown = settings.filter((s) => !words || `${s.name} ${settingTitle(s)} ${s.title} ${s.effect}`.toLowerCase().includes(words));
  return (
    <div>
      <h1>{t('settings')}</h1>
      {auth && !auth.may_write && <div class="why plain"><Icon name="lock" /><p>{t('login_to_change')}</p><button type="button" class="quiet" onClick={onLogin}>{t('login')}</button></div>}
      <div class="filters">
        {devices.length > 6
          ? <label>{t('device')}<select value={device} onChange={(event) => setDevice(event.currentTarget.value)}>{devices.map((name) => <option key={name} value={name}>{name}</option>)}</select></label>
          : devices.length > 0 && <Segmented label={t('device')} value={device} options={devices.map((name) => [name, name])} onChange={setDevice} />}
        <label class="grow"><span class="sr">{t('find_setting')}</span><input type="search" placeholder={t('find_setting')} value={search} onInput={(event) => setSearch(event.currentTarget.value)} /></label>
      </div>
      <p class="error" role="alert">{error}</p>
      <div class="card settings">
        {shown.map((setting) => <Row key={`${device}/${setting.name}`} device={device} setting={setting} onSaved={(next) => setSettings((was) => was.map((s) => (s.name === next.name ? next : s)))} />)}
        {shown.length === 0 && <p class="empty">{device && settings.length ? t('no_settings') : t('loading')}</p>}
      </div>
      {auth && <Accounts auth={auth} />}
    </div>
  );
}
