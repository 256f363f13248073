import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';
import { describeQuote } from '../../runs/describeState.ts';
import type { Run } from '../../runs/run.ts';
import { lastParamsItem } from '../../settings/presets.ts';
import { ProblemLine } from '../ProblemLine.tsx';
import { FieldControl } from './FieldControl.tsx';
import { type FormField, withoutFiles } from './formFields.ts';
import { MoreFields } from './MoreFields.tsx';
import { Presets } from './Presets.tsx';
import { changeModel, type FormOfModel, presentRequest, readRequest } from './requestForm.ts';
import { useQuote } from './useQuote.ts';

interface ParamsFormProps {
  run: Run;
  /** That the person chose. */
  workflow: string;
  formOf: FormOfModel;
  onSubmitted(): void;
  onCancel(): void;
}

/** The last values of the form; a result that is made again has its own. */
async function loadLast({ translation }: Run, workflow: string): Promise<Record<string, unknown>> {
  return translation ? {} : ((await lastParamsItem.getValue())[workflow] ?? {});
}

async function keepLast(
  { translation }: Run,
  workflow: string,
  values: Record<string, unknown>,
): Promise<void> {
  if (!translation)
    await lastParamsItem.setValue({ ...(await lastParamsItem.getValue()), [workflow]: values });
}

/** Shown at once, as is what must be given; the rest is folded away. */
const isFirst = ({ name, isRequired }: FormField): boolean => isRequired || firstFields.includes(name);

const firstFields = ['prompt', 'denoise', 'model', 'width', 'height', 'image2'];

export function ParamsForm({ run, workflow, formOf, onSubmitted, onCancel }: ParamsFormProps) {
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<ShownProblem>();
  const params = workflow === run.workflow ? run.params : {};
  useEffect(() => {
    // An earlier request still holds.
    void loadLast(run, workflow).then((last) => setTexts(presentRequest(formOf, { ...last, ...params })));
    // Once: a run that goes on has the same ones.
  }, [workflow, formOf]);

  const form = useMemo(() => formOf(texts.model), [formOf, texts.model]);
  const { fields, source } = form;
  const values = readRequest(form, texts, params);
  const request = { workflow, params: values, ...(source ? { inputParam: source.param } : {}) };
  const isReady = run.state === 'quoted';
  const element = useRef<HTMLFormElement>(null);
  const { quote, problem: quoteProblem } = useQuote(
    run,
    request,
    () => element.current?.checkValidity() ?? false,
  );
  const submit = async () => {
    setProblem(undefined);
    try {
      await keepLast(run, workflow, withoutFiles(fields, values));
      await background.submit(run.id, request, quote?.cost);
      onSubmitted();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const control = (field: FormField) => (
    <FieldControl
      key={field.name}
      field={field}
      text={texts[field.name] ?? ''}
      onText={(text) =>
        setTexts((known) =>
          field.name === 'model' ? changeModel(formOf, known, text) : { ...known, [field.name]: text },
        )
      }
    />
  );
  return (
    <form
      ref={element}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="fields">{fields.filter(isFirst).map(control)}</div>
      <MoreFields>{fields.filter((field) => !isFirst(field)).map(control)}</MoreFields>
      <Presets
        workflow={workflow}
        values={withoutFiles(fields, values)}
        onChoose={(chosen) => setTexts(presentRequest(formOf, chosen))}
      />
      <p class="faint small" data-testid="quote" role="status">
        {quote && describeQuote(quote)}
      </p>
      <ProblemLine problem={problem ?? quoteProblem} />
      <div class="row">
        <button type="submit" class="main" disabled={!isReady}>
          {quote ? translate('runPrice', quote.cost) : translate('run')}
        </button>
        <button type="button" onClick={onCancel}>
          {translate('cancel')}
        </button>
      </div>
    </form>
  );
}
