import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import type { BackendCredentials } from '@star-graph/workflows/shared/backendCredentials';
import { fieldProblems } from '../../../data/problemText.ts';
import { texts } from './texts.ts';

export interface ServerDraft {
  name: string;
  weight: number | undefined;
  /** With commas between them. */
  labels: string;
  /** `kept`: as they are, which for a new server is none. */
  kind: 'kept' | 'none' | BackendCredentials['kind'];
  /** Of a header, its name. */
  username: string;
  secret: string;
}

export const emptyServer: ServerDraft = {
  name: '',
  weight: 1,
  labels: '',
  kind: 'none',
  username: '',
  secret: '',
};

interface Props {
  draft: ServerDraft;
  error: unknown;
  /** Whether there are credentials that can stay as they are. */
  mayKeep: boolean;
  onChange(change: Partial<ServerDraft>): void;
}

/** What can be said of a server, whether it is new or known. */
export function ServerFields({ draft, error, mayKeep, onChange }: Props) {
  const problems = fieldProblems(error);
  const kinds = (['kept', 'none', 'basic', 'bearer', 'header'] as const).filter(
    (kind) => mayKeep || kind !== 'kept',
  );
  const kind = !mayKeep && draft.kind === 'kept' ? 'none' : draft.kind;
  return (
    <>
      <Field label={texts.name} hint={texts.nameHint} error={problems.name}>
        <TextField value={draft.name} maxLength={64} onChange={(name) => onChange({ name })} />
      </Field>
      <Field label={texts.weight} hint={texts.weightHint} error={problems.weight}>
        <NumberField value={draft.weight} min={1} max={100} onChange={(weight) => onChange({ weight })} />
      </Field>
      <Field label={texts.labels} hint={texts.labelsHint} error={problems.labels}>
        <TextField value={draft.labels} onChange={(labels) => onChange({ labels })} />
      </Field>
      <Field label={texts.credentials} hint={texts.credentialsHint} error={problems.credentials}>
        <Select
          options={kinds.map((value) => ({ value, label: texts[value] }))}
          value={kind}
          onChange={(value) => onChange({ kind: value, username: '', secret: '' })}
        />
      </Field>
      {(kind === 'basic' || kind === 'header') && (
        <Field label={kind === 'basic' ? texts.user : texts.headerName} required>
          <TextField
            value={draft.username}
            autoComplete="off"
            onChange={(username) => onChange({ username })}
          />
        </Field>
      )}
      {(kind === 'basic' || kind === 'bearer' || kind === 'header') && (
        <Field label={kind === 'basic' ? texts.password : texts.secret} required>
          <TextField
            type="password"
            autoComplete="off"
            value={draft.secret}
            onChange={(secret) => onChange({ secret })}
          />
        </Field>
      )}
    </>
  );
}

export const toLabels = (text: string): string[] =>
  text
    .split(/[,，\s]/)
    .map((label) => label.trim())
    .filter((label) => label !== '');

/** Undefined: they stay as they are; null: they are taken away. */
export function toCredentials({
  kind,
  username,
  secret,
}: ServerDraft): BackendCredentials | null | undefined {
  switch (kind) {
    case 'kept':
      return undefined;
    case 'none':
      return null;
    case 'basic':
      return { kind, username, password: secret };
    case 'bearer':
      return { kind, token: secret };
    case 'header':
      return { kind, headers: { [username.trim()]: secret } };
  }
}
