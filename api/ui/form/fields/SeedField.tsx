import { Dices, Lock, LockOpen } from 'lucide';
import { IconButton } from '../../controls/IconButton.tsx';
import { Field } from '../../fields/Field.tsx';
import { NumberField } from '../../fields/NumberField.tsx';
import { useForm } from '../formContext.ts';
import { readValue } from '../formDraft.ts';
import type { FieldOf } from '../formField.ts';
import { texts } from '../texts.ts';

/** Short enough to read out, and more than anybody tries. */
const seedValues = 2 ** 32;

/** Open: the server draws a seed each time. Locked: this one stays, and the same values give the same picture. */
export function SeedField({ field }: { field: FieldOf<'seed'> }) {
  const { form, draft, write, findFault, lastSeed } = useForm();
  const value = readValue(form, draft, field);
  const seed = typeof value === 'number' ? value : undefined;
  const isLocked = seed !== undefined;
  const roll = () => write(field.name, Math.floor(Math.random() * seedValues));
  const lock = () => (lastSeed === undefined ? roll() : write(field.name, lastSeed));
  return (
    <Field label={field.title} error={findFault(field.name)}>
      <div class="sg-form-seed">
        <NumberField
          bare
          value={seed}
          placeholder={texts.random}
          onChange={(next) => write(field.name, next)}
          step={1}
          {...(field.minimum !== undefined && { min: field.minimum })}
          {...(field.maximum !== undefined && { max: field.maximum })}
        />
        <IconButton icon={Dices} label={texts.rollSeed} onClick={roll} />
        <IconButton
          icon={isLocked ? Lock : LockOpen}
          label={isLocked ? texts.unlockSeed : texts.lockSeed}
          pressed={isLocked}
          onClick={() => (isLocked ? write(field.name, undefined) : lock())}
        />
      </div>
    </Field>
  );
}
