import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Checkbox } from '@star-graph/ui/controls/Checkbox.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { readChosen, readValue } from '@star-graph/ui/form/formDraft';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { language } from '@star-graph/ui/texts/language';
import { Sparkles } from 'lucide';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../../data/problemText.ts';
import { useWildcards } from '../draft/wildcards.ts';
import { pressAll } from '../presses.ts';
import { useDraft } from '../studio.ts';
import type { Studio } from '../studioTypes.ts';
import { usePrice } from '../usePrice.ts';
import { fillAlike } from './fillAlike.ts';
import {
  type Axis,
  describeWords,
  drawSeed,
  listAxes,
  makeGrid,
  mostCells,
  parseNumbers,
  type Side,
  suggestNumbers,
} from './makeGrid.ts';
import { texts } from './texts.ts';
import './grid.css';

export interface GridDialogProps {
  studio: Studio;
  onClose(): void;
}

/** A side as it is being filled in; `text` of numbers, `chosen` of choices. */
interface SideDraft {
  axis: Axis | undefined;
  text: string;
  chosen: ReadonlySet<string | number>;
}

const noSide: SideDraft = { axis: undefined, text: '', chosen: new Set() };

/** What is to be compared: one prompt over the values of one or two settings, with the price of all of it. */
export function GridDialog({ studio, onClose }: GridDialogProps) {
  const { form, listed, models, workflow } = studio;
  const draft = useDraft(studio);
  const axes = listAxes(form, draft, texts.words);
  const begin = (axis: Axis | undefined): SideDraft => {
    if (axis?.kind === 'numbers') return { ...noSide, axis, text: suggestNumbers(axis, form, draft) };
    if (axis?.kind !== 'choice') return { ...noSide, axis };
    const field = form.fields.find(({ name }) => name === axis.name);
    const now = field && readValue(form, draft, field);
    const others = axis.options.map(({ value }) => value).filter((value) => value !== now);
    const first = axis.options.filter(({ value }) => value === now).map(({ value }) => value);
    return { ...noSide, axis, chosen: new Set([...first, ...others].slice(0, 2)) };
  };
  const [columns, setColumns] = useState(() => begin(axes.find(({ name }) => name === 'model') ?? axes[0]));
  const [rows, setRows] = useState(noSide);
  const [made] = useState(() => ({ id: crypto.randomUUID(), seed: drawSeed() }));
  const sides = [columns, rows].flatMap((side) => readSide(side) ?? []);
  const size = sides.reduce((product, { values }) => product * values.length, 1);
  const isTooMuch = size > mostCells;
  const wildcards = useWildcards(String(readChosen(form, draft, 'prompt') ?? ''));
  const wishes = isTooMuch
    ? []
    : makeGrid({ source: { listed, models, workflow }, draft, language: language.value }, sides, made);
  const asked = wishes.filter((wish) => wish !== undefined);
  const price = usePrice(asked);
  const send = () => {
    // The first one is looked at, so it is pressed last.
    pressAll(fillAlike(asked).toReversed(), { same: asked });
    onClose();
  };
  const empty = wishes.length - asked.length;
  return (
    <Dialog
      open
      onClose={onClose}
      title={texts.grid}
      description={texts.hint}
      persistent
      footer={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button
            look="primary"
            icon={Sparkles}
            disabled={asked.length === 0 || wildcards.fault !== undefined || wildcards.isLoading}
            onClick={send}
          >
            <span>{texts.create}</span>
            {price.cost !== undefined && (
              <>
                <span aria-hidden="true">·</span>
                <Stars amount={price.cost} />
              </>
            )}
          </Button>
        </>
      }
    >
      <div class="grid-sides">
        <SideFields
          title={texts.columns}
          side={columns}
          axes={axes.filter(({ name }) => name !== rows.axis?.name)}
          onAxis={(axis) => setColumns(begin(axis))}
          onChange={setColumns}
        />
        <SideFields
          title={texts.rows}
          side={rows}
          axes={axes.filter(({ name }) => name !== columns.axis?.name)}
          onAxis={(axis) => setRows(begin(axis))}
          onChange={setRows}
          isOptional
        />
      </div>
      <p class="grid-count" role="status">
        {isTooMuch ? (
          <span class="create-forecast-bad">{texts.tooMany(mostCells)}</span>
        ) : wildcards.fault !== undefined ? (
          <span class="create-forecast-bad">{wildcards.fault}</span>
        ) : asked.length === 0 ? (
          texts.noneMade
        ) : (
          <>
            {texts.count(asked.length)}
            {empty > 0 && ` · ${texts.empty(empty)}`}
            {price.error !== undefined && (
              <span class="create-forecast-bad"> {describeProblem(price.error)}</span>
            )}
          </>
        )}
      </p>
    </Dialog>
  );
}

interface SideFieldsProps {
  title: string;
  side: SideDraft;
  axes: readonly Axis[];
  onAxis(axis: Axis | undefined): void;
  onChange(side: SideDraft): void;
  isOptional?: boolean;
}

function SideFields({ title, side, axes, onAxis, onChange, isOptional = false }: SideFieldsProps) {
  const { axis, chosen } = side;
  const options = axes.map(({ name, title: label }) => ({ value: name, label }));
  const wrong = axis?.kind === 'numbers' ? parseNumbers(side.text, axis.field).wrong : [];
  const toggle = (value: string | number) => {
    const next = new Set(chosen);
    if (!next.delete(value)) next.add(value);
    onChange({ ...side, chosen: next });
  };
  return (
    <div class="grid-side">
      <Field label={title}>
        <Select
          options={[...(isOptional ? [{ value: '', label: texts.none }] : []), ...options]}
          value={axis?.name ?? ''}
          onChange={(name) => onAxis(axes.find((one) => one.name === name))}
        />
      </Field>
      {axis?.kind === 'numbers' && (
        <Field
          label={texts.values}
          hint={texts.valuesHint}
          {...(wrong.length > 0 && { error: texts.notNumbers(wrong.join(' ')) })}
        >
          <TextField value={side.text} onChange={(text) => onChange({ ...side, text })} />
        </Field>
      )}
      {axis?.kind === 'choice' && (
        <fieldset class="grid-choices">
          <legend class="sg-hidden">{`${title}: ${axis.title}`}</legend>
          {axis.options.map(({ value, label }) => (
            <Checkbox key={value} checked={chosen.has(value)} onChange={() => toggle(value)} label={label} />
          ))}
        </fieldset>
      )}
      {axis?.kind === 'words' && (
        <ul class="grid-words" dir="auto">
          {describeWords(axis.prompts).map(({ label }) => (
            <li key={label}>{label}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Undefined: nothing is chosen for it. */
function readSide({ axis, text, chosen }: SideDraft): Side | undefined {
  if (!axis) return undefined;
  const values =
    axis.kind === 'numbers'
      ? parseNumbers(text, axis.field).values
      : axis.kind === 'words'
        ? describeWords(axis.prompts)
        : axis.options.filter(({ value }) => chosen.has(value));
  return values.length === 0 ? undefined : { axis, values };
}
