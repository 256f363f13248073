import { Segmented } from '../../controls/Segmented.tsx';
import { Field } from '../../fields/Field.tsx';
import { useForm } from '../formContext.ts';
import { readValue } from '../formDraft.ts';
import { texts } from '../texts.ts';

/** How fine the picture gets, in the words of every engine and the steps of this one. */
export function PresetField() {
  const { form, draft, write } = useForm();
  const steps = form.fields.find(({ name }) => name === 'steps');
  const { draft: quick, fine } = form.presets ?? {};
  // A switch for a fast way says the same.
  if (!quick || !fine || !steps || !('default' in steps) || quick.steps === undefined) return null;
  const options = [
    { value: 'draft', label: texts.draft, steps: quick.steps },
    { value: 'usual', label: texts.usualSteps, steps: steps.default },
    { value: 'fine', label: texts.fine, steps: fine.steps },
  ].filter(({ value, steps: own }, _, all) => value === 'usual' || own !== all[1]?.steps);
  if (options.length === 1) return null;
  const now = readValue(form, draft, steps);
  return (
    <div class="sg-form-field" data-field="preset">
      <Field label={texts.preset}>
        <Segmented
          wide
          options={options}
          value={options.find((option) => option.steps === now)?.value}
          onChange={(value) =>
            write('steps', value === 'usual' ? undefined : options.find((one) => one.value === value)?.steps)
          }
        />
      </Field>
    </div>
  );
}
