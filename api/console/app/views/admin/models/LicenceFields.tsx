import type { AdminModelView } from '@star-graph/contract/catalogue/modelEntries';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { problemsBelow } from '../problemsBelow.ts';
import type { ModelDraft } from './modelDraft.ts';
import { texts } from './texts.ts';

interface Props {
  model: AdminModelView;
  draft: ModelDraft;
  error: unknown;
  onChange(change: Partial<ModelDraft>): void;
}

export function LicenceFields({ model, draft, error, onChange }: Props) {
  const problems = problemsBelow(error, 'licence');
  return (
    <>
      <Field label={texts.licence} hint={texts.licenceHint} error={problems.name}>
        <TextField
          value={draft.licence}
          maxLength={200}
          placeholder={model.fields.licence?.name ?? ''}
          onChange={(licence) => onChange({ licence })}
        />
      </Field>
      {draft.licence.trim() !== '' && (
        <>
          <Field label={texts.licenceUrl} error={problems.url}>
            <TextField
              type="url"
              value={draft.licenceUrl}
              maxLength={500}
              onChange={(licenceUrl) => onChange({ licenceUrl })}
            />
          </Field>
          <Field label={texts.mayBeSold}>
            <Segmented
              wide
              options={(['yes', 'no', 'unknown'] as const).map((value) => ({
                value,
                label: texts[`sold-${value}`],
              }))}
              value={draft.mayBeSold}
              onChange={(mayBeSold) => onChange({ mayBeSold })}
            />
          </Field>
        </>
      )}
    </>
  );
}
