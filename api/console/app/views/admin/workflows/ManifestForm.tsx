import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { TextArea } from '@star-graph/ui/fields/TextArea.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { useState } from 'preact/hooks';
import type { Manifest } from './manifestDraft.ts';
import { ParamRows } from './ParamRows.tsx';
import { texts } from './texts.ts';

interface Props {
  manifest: Manifest;
  isNew: boolean;
  onChange(manifest: Manifest): void;
}

/** Names, price and inputs as fields; all else as the document itself. */
export const ManifestForm = ({ manifest, isNew, onChange }: Props) => (
  <>
    <Card title={texts.naming}>
      <div class="admin-settings">
        {(['en', 'zh-CN'] as const).map((tongue) => (
          <Field key={tongue} label={texts[`title-${tongue}`]} required>
            <TextField
              value={manifest.title[tongue]}
              maxLength={100}
              onChange={(title) => onChange({ ...manifest, title: { ...manifest.title, [tongue]: title } })}
            />
          </Field>
        ))}
        {(['en', 'zh-CN'] as const).map((tongue) => (
          <Field key={tongue} label={texts[`about-${tongue}`]} required>
            <TextField
              value={manifest.description[tongue]}
              maxLength={500}
              onChange={(words) =>
                onChange({ ...manifest, description: { ...manifest.description, [tongue]: words } })
              }
            />
          </Field>
        ))}
        {isNew && (
          <Field label={texts.ownName} hint={texts.ownNameHint} required>
            <TextField
              value={manifest.name}
              maxLength={40}
              spellcheck={false}
              onChange={(name) => onChange({ ...manifest, name })}
            />
          </Field>
        )}
      </div>
    </Card>
    <Card title={texts.rates}>
      <p class="admin-quiet admin-lead">{texts.ratesHint}</p>
      <div class="admin-fields">
        {(['creditsPerUnit', 'secondsPerUnit', 'overheadSeconds'] as const).map((rate) => (
          <Field key={rate} label={texts[rate]} required>
            <NumberField
              bare
              min={0}
              step={0.0001}
              value={manifest.rates[rate]}
              onChange={(value) =>
                onChange({ ...manifest, rates: { ...manifest.rates, [rate]: value ?? 0 } })
              }
            />
          </Field>
        ))}
      </div>
    </Card>
    <ParamRows manifest={manifest} onChange={onChange} />
    <details>
      <summary>{texts.document}</summary>
      <DocumentField manifest={manifest} onChange={onChange} />
    </details>
  </>
);

/** Half-typed JSON is nobody's document yet: it holds once it can be read. */
function DocumentField({ manifest, onChange }: Pick<Props, 'manifest' | 'onChange'>) {
  const [typed, setTyped] = useState<string>();
  const type = (text: string) => {
    const read = readDocument(text);
    setTyped(read ? undefined : text);
    if (read) onChange(read);
  };
  return (
    <Field
      label={texts.document}
      error={typed === undefined ? undefined : texts.unreadable}
      class="admin-code"
    >
      <TextArea
        value={typed ?? JSON.stringify(manifest, null, 2)}
        onChange={type}
        minRows={8}
        maxRows={20}
        spellcheck={false}
      />
    </Field>
  );
}

function readDocument(text: string): Manifest | undefined {
  try {
    const read: unknown = JSON.parse(text);
    // The fields above show these; the server judges the rest.
    return isDocument(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isDocument = (value: unknown): value is Manifest =>
  isObject(value) &&
  isObject(value.title) &&
  isObject(value.description) &&
  isObject(value.rates) &&
  isObject(value.binding) &&
  isObject(value.params) &&
  isObject(value.params.properties) &&
  Object.values(value.params.properties).every(isObject);
