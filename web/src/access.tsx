// The first visit and the login: one dialog.
import { useState } from 'preact/hooks';
import { post, reason, type Auth } from './api';
import { t } from './i18n';
import { Dialog } from './ui';

export function AccessDialog({ auth, onDone, onClose }: { auth: Auth; onDone: () => void; onClose?: () => void }) {
  const isSetup = auth.state === 'setup';
  const [role, setRole] = useState('owner');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      await (isSetup ? post('/api/auth/setup', { password, code }) : post('/api/auth/login', { role, password }));
      onDone();
    } catch (refused) { setError(reason(refused)); } finally { setBusy(false); }
  };
  return (
    <Dialog title={isSetup ? t('welcome') : t('login')} onClose={onClose}>
      {isSetup && <p class="muted">{t('welcome_help')}</p>}
      <form onSubmit={(event) => void submit(event)} class="stack">
        {!isSetup && auth.accounts.length > 1 && (
          <label>{t('role')}
            <select value={role} onChange={(event) => setRole(event.currentTarget.value)}>
              {auth.accounts.map((name) => <option key={name} value={name}>{t(name)}</option>)}
            </select>
          </label>
        )}
        <input type="text" name="username" autocomplete="username" value={isSetup ? 'owner' : role} readOnly hidden />
        <label>{isSetup ? t('new_password') : t('password')}
          <input type="password" name="password" required minLength={8} maxLength={128} value={password} autocomplete={isSetup ? 'new-password' : 'current-password'}
            aria-describedby={error ? 'access-error' : undefined} onInput={(event) => setPassword(event.currentTarget.value)} />
          {isSetup && <small class="muted">{t('at_least_8')}</small>}
        </label>
        {isSetup && auth.needs_code && (
          <label>{t('code')}
            <input type="text" inputMode="numeric" required value={code} onInput={(event) => setCode(event.currentTarget.value)} />
            <small class="muted">{t('code_help')}</small>
          </label>
        )}
        <p id="access-error" class="error" role="alert">{error}</p>
        <button type="submit" class="primary" disabled={busy}>{isSetup ? t('set_password') : t('login')}</button>
        {onClose && isSetup && <button type="button" class="quiet" onClick={onClose}>{t('show_demo')}</button>}
      </form>
    </Dialog>
  );
}
