// The table of parameters: in the pack, on the page, allowed, and of another pack to compare.
import { t } from '../../i18n';
import { Tag } from '../../ui';
import { allowed, differs, same, shownOf, type Edits, type Parameter } from './params';

const unitOf = (unit: string) => unit.replace('degC', '°C');
const busOf = (parameter: Parameter) => (parameter.name.startsWith('CAN') ? 'CAN' : 'RS485');
const idOf = (name: string) => `p-${name}`.replace(/\W/g, '_');

function Field({ parameter, value, readOnly, onInput }: { parameter: Parameter; value: string; readOnly: boolean; onInput: (value: string) => void }) {
  const id = idOf(parameter.name);
  const common = { id, 'aria-label': `${parameter.name}, ${t('params_page')}`, disabled: readOnly };
  if (parameter.options.length > 0) {
    return (
      <select {...common} value={value} onChange={(event) => onInput(event.currentTarget.value)}>
        {!parameter.options.includes(value) && <option value={value}>{value}</option>}
        {parameter.options.map((option) => <option key={option} value={option}>{parameter.type === 'bool' ? t(option) : parameter.silent?.includes(option) ? t('silent_option', { name: option }) : option}</option>)}
      </select>
    );
  }
  const bad = !allowed(parameter, value);
  return <input {...common} type="text" inputMode="decimal" autocomplete="off" value={value} aria-invalid={bad} aria-describedby={`${id}-range`} onInput={(event) => onInput(event.currentTarget.value)} />;
}

interface Props { parameters: Parameter[]; edits: Edits; beside: Parameter[] | null; besideName: string; readOnly: boolean; onEdit: (name: string, value: string) => void }

function Row({ parameter, edits, beside, besideName, readOnly, onEdit }: Props & { parameter: Parameter }) {
  const value = shownOf(parameter, edits), changed = differs(parameter, edits);
  const other = beside?.find((one) => one.name === parameter.name);
  const apart = other !== undefined && !same(parameter, other.value, value);
  const word = (text: string) => (parameter.type === 'bool' ? t(text) : text);
  const unit = unitOf(parameter.unit);
  return (
    <tr class={`${changed ? 'is-changed' : ''} ${apart ? 'is-apart' : ''}`} data-parameter={parameter.name}>
      <th scope="row">{parameter.name}{changed && <Tag tone="accent">{t('params_changed')}</Tag>}</th>
      <td class="tnum in-bms" data-label={t('params_bms')}><span>{word(parameter.value)} {unit && <small>{unit}</small>}</span></td>
      <td class="on-page" data-label={t('params_page')}>
        <span class="with-unit"><Field parameter={parameter} value={value} readOnly={readOnly} onInput={(text) => onEdit(parameter.name, text)} />{unit && <span class="unit">{unit}</span>}</span>
        {parameter.silent?.includes(value) && <p class="silent-note">{t('silent_now', { name: value, bus: busOf(parameter) })}</p>}
      </td>
      {beside && <td class="tnum beside" data-label={besideName}>{other ? <>{word(other.value)} {unit && <small>{unit}</small>}</> : '—'}{apart && <Tag tone="warn">{t('params_differs')}</Tag>}</td>}
      <td class="tnum muted allowed" data-label={t('params_allowed')} id={`${idOf(parameter.name)}-range`}>{parameter.min !== '' ? `${t('params_wrong', { min: parameter.min, max: parameter.max, unit })}, ${t('in_steps', { step: parameter.step })}` : parameter.options.length > 2 ? '' : parameter.options.map(word).join(' / ')}</td>
    </tr>
  );
}

export function ParameterTable(props: Props) {
  const groups: [string, Parameter[]][] = [];
  for (const parameter of props.parameters) {
    if (groups[groups.length - 1]?.[0] !== parameter.group) groups.push([parameter.group, []]);
    groups[groups.length - 1]![1].push(parameter);
  }
  const columns = props.beside ? 5 : 4;
  return (
    <table class={`params ${props.beside ? 'has-beside' : ''}`}>
      <thead><tr><th scope="col">{t('params_name')}</th><th scope="col">{t('params_bms')}</th><th scope="col">{t('params_page')}</th>{props.beside && <th scope="col">{props.besideName}</th>}<th scope="col">{t('params_allowed')}</th></tr></thead>
      {groups.map(([group, list]) => (
        <tbody key={group}>
          <tr class="group"><th scope="rowgroup" colSpan={columns}>{t(`group_${group}`)}</th></tr>
          {list.map((parameter) => <Row key={parameter.name} {...props} parameter={parameter} />)}
        </tbody>
      ))}
    </table>
  );
}
