import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { X } from 'lucide';
import {
  boundTo,
  dropParam,
  listParams,
  type Manifest,
  mayDrop,
  type Param,
  putParam,
  withTitle,
  withValue,
} from './manifestDraft.ts';
import { texts } from './texts.ts';

interface Props {
  manifest: Manifest;
  onChange(manifest: Manifest): void;
}

/** What people choose, input by input: where it goes, what it is called, and what it may be. */
export const ParamRows = ({ manifest, onChange }: Props) => (
  <Card title={texts.inputs}>
    <p class="admin-quiet admin-lead">{texts.inputsHint}</p>
    {listParams(manifest).map(([name, param]) => (
      <fieldset key={name} class="admin-param">
        <legend>
          <b>{name}</b>{' '}
          <span class="admin-quiet">{texts.becomes(texts[param.type], boundTo(manifest, name))}</span>
        </legend>
        {mayDrop(param) && (
          <IconButton
            icon={X}
            size="small"
            label={texts.fix(name)}
            onClick={() => onChange(dropParam(manifest, name))}
          />
        )}
        <ParamFields param={param} onChange={(changed) => onChange(putParam(manifest, name, changed))} />
      </fieldset>
    ))}
  </Card>
);

function ParamFields({ param, onChange }: { param: Param; onChange(param: Param): void }) {
  const zh = param['x-title']?.['zh-CN'] ?? '';
  return (
    <div class="admin-fields">
      <Field label={texts['title-en']} required>
        <TextField
          value={param.title}
          maxLength={100}
          onChange={(en) => onChange(withTitle(param, en, zh))}
        />
      </Field>
      <Field label={texts['title-zh-CN']}>
        <TextField
          value={zh}
          maxLength={100}
          onChange={(words) => onChange(withTitle(param, param.title, words))}
        />
      </Field>
      <ValueFields param={param} onChange={onChange} />
    </div>
  );
}

function ValueFields({ param, onChange }: { param: Param; onChange(param: Param): void }) {
  const put = (key: 'default' | 'minimum' | 'maximum') => (value: unknown) =>
    onChange(withValue(param, key, value));
  switch (param.type) {
    case 'boolean':
      return (
        <Switch spread label={texts.default} checked={param.default ?? false} onChange={put('default')} />
      );
    case 'string':
      return 'x-asset' in param && param['x-asset'] ? null : (
        <Field label={texts.default}>
          <TextField
            value={param.default ?? ''}
            onChange={(value) => put('default')(value === '' ? undefined : value)}
          />
        </Field>
      );
    default: {
      if ('x-seed' in param && param['x-seed']) return null;
      const keys = param.enum ? (['default'] as const) : (['default', 'minimum', 'maximum'] as const);
      return (
        <>
          {keys.map((key) => (
            <Field key={key} label={texts[key]}>
              <NumberField
                bare
                step={param.type === 'integer' ? 1 : 0.0001}
                value={param[key]}
                onChange={put(key)}
              />
            </Field>
          ))}
        </>
      );
    }
  }
}
