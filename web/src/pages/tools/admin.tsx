// The pack's administrator password: asked once, tried on the pack, then green (as in the PC tool).
import { useState } from 'preact/hooks';
import { post, reason, Refused, type Auth } from '../../api';
import { t } from '../../i18n';
import { Icon, Tag } from '../../ui';

/** What is remembered while the battery page is open: the password of each pack that was right. */
export interface Admin { password: string; set: (password: string) => void }

/** A refusal in words; a wrong or late password is forgotten again. */
export function refusal(refused: unknown, admin: Admin): string {
  const problem = refused instanceof Refused ? refused.problem : null;
  if (problem?.field === 'password') admin.set('');
  return reason(refused);
}

export function AdminBox({ n, auth, admin }: { n: number; auth: Auth | null; admin: Admin }) {
  const [typed, setTyped] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  if (auth?.role !== 'installer') return <p class="admin-note muted"><Icon name="lock" size={16} /> {t('admin_who')}</p>;
  if (admin.password) {
    return (
      <p class="admin-box is-right" role="status">
        <Tag tone="good">✓ {t('admin_ok')}</Tag>
        <button type="button" class="quiet small" onClick={() => admin.set('')}>{t('admin_forget')}</button>
      </p>
    );
  }
  const check = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await post(`/api/packs/pack${n}/password`, { password: typed });
      admin.set(typed);
      setError('');
    } catch (refused) { setError(reason(refused)); } finally { setTyped(''); setBusy(false); }
  };
  const id = `admin-${n}`;
  return (
    <form class="admin-box" onSubmit={(event) => void check(event)}>
      <label for={id}>{t('admin')}</label>
      <span class="admin-line">
        <input id={id} type="password" autocomplete="off" maxLength={16} required value={typed} aria-describedby={`${id}-help`} aria-invalid={error !== ''} onInput={(event) => setTyped(event.currentTarget.value)} />
        <button type="submit" class="quiet" disabled={busy || typed === ''}>{t('admin_check')}</button>
      </span>
      <small class="muted" id={`${id}-help`}>{t('admin_help')}</small>
      <p class="error" role="alert">{error}</p>
    </form>
  );
}
