import type { AdminModelView } from '@star-graph/contract/catalogue/modelEntries';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { modelFamilies } from '@star-graph/workflows/models/modelFamilies';
import type { ModelDraft } from './modelDraft.ts';
import { texts } from './texts.ts';

interface Props {
  model: AdminModelView;
  value: ModelDraft['family'];
  error: string | undefined;
  onChange(family: ModelDraft['family']): void;
}

const asFound = '';

/** Corrects what the file or its name says. */
export const FamilyField = ({ model, value, error, onChange }: Props) => (
  <Field
    label={texts.family}
    hint={model.family ? texts[`by-${model.family.source}`] : texts.noFamily}
    error={error}
  >
    <Select
      options={[
        { value: asFound, label: texts.asFound },
        ...modelFamilies.map((family) => ({ value: family, label: family })),
      ]}
      value={value ?? asFound}
      onChange={(family) => onChange(modelFamilies.find((one) => one === family) ?? null)}
    />
  </Field>
);
