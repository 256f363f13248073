import type { QuoteView } from '@star-graph/api/contract/generate';
import { useEffect, useState } from 'preact/hooks';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { translate } from '../../ui/translate.ts';
import { background, problemOf } from '../callBackground.ts';
import type { ShownProblem } from '../problem.ts';
import type { Run } from '../runs/run.ts';
import { lastParamsItem } from '../storedItems.ts';
import { FieldControl } from './FieldControl.tsx';
import { type FormField, presentFormValues, readFormValues } from './formFields.ts';
import { Presets } from './Presets.tsx';

interface ParamsFormProps {
  run: Run;
  fields: readonly FormField[];
  onCancel(): void;
}

/** Shown at once; the rest is folded away. */
const firstFields = ['prompt', 'negativePrompt', 'denoise', 'model', 'seed', 'width', 'height'];

export function ParamsForm({ run, fields, onCancel }: ParamsFormProps) {
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [quote, setQuote] = useState<QuoteView>();
  const [problem, setProblem] = useState<ShownProblem>();
  const { workflow } = run;
  useEffect(() => {
    void lastParamsItem.getValue().then((all) => setTexts(presentFormValues(fields, all[workflow] ?? {})));
  }, [workflow, fields]);

  const values = readFormValues(fields, texts);
  const isReady = run.state === 'quoted';
  const attempt = (work: () => Promise<void>) => {
    setProblem(undefined);
    work().catch((error: unknown) => setProblem(problemOf(error)));
  };
  const submit = () =>
    attempt(async () => {
      await lastParamsItem.setValue({ ...(await lastParamsItem.getValue()), [workflow]: values });
      await background.submit(run.id, values);
    });
  const change = (name: string, text: string) => {
    setTexts((known) => ({ ...known, [name]: text }));
    // A price is that of the values it was asked for.
    setQuote(undefined);
  };
  const control = (field: FormField) => (
    <FieldControl
      key={field.name}
      field={field}
      text={texts[field.name] ?? ''}
      onText={(text) => change(field.name, text)}
    />
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Presets
        workflow={workflow}
        values={values}
        onChoose={(params) => setTexts(presentFormValues(fields, params))}
      />
      {fields.filter(({ name }) => firstFields.includes(name)).map(control)}
      <details>
        <summary>{translate('advanced')}</summary>
        {fields.filter(({ name }) => !firstFields.includes(name)).map(control)}
      </details>
      {quote && (
        <p data-testid="quote">
          {translate('quoteLine', quote.cost, Math.round(quote.etaSeconds), quote.queuePosition)}
        </p>
      )}
      <ProblemLine problem={problem} />
      <div class="row">
        <button
          type="button"
          disabled={!isReady}
          onClick={() => attempt(async () => setQuote(await background.quote(run.id, values)))}
        >
          {translate('quote')}
        </button>
        <button type="submit" class="main" disabled={!isReady}>
          {translate('run')}
        </button>
        <button type="button" onClick={onCancel}>
          {translate('cancel')}
        </button>
      </div>
    </form>
  );
}
