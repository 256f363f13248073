import { describeRequest } from '@star-graph/contract/catalogue/engineForms';
import type { StyleView } from '@star-graph/contract/catalogue/styles';
import type { QuoteView } from '@star-graph/contract/tasks/generate';
import { findShortage } from '@star-graph/contract/tasks/shortage';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { createForm, type Form, type FormSource } from '@star-graph/ui/form/createForm';
import { findFaults } from '@star-graph/ui/form/findFaults';
import type { AssetValue } from '@star-graph/ui/form/fitValue';
import { emptyDraft, type FormDraft, fromParams, toRequest } from '@star-graph/ui/form/formDraft';
import { SchemaForm } from '@star-graph/ui/form/SchemaForm.tsx';
import { StyleStrip } from '@star-graph/ui/form/StyleStrip.tsx';
import type { PictureSource } from '@star-graph/ui/form/useUploads';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { findLocale, translate } from '../../../i18n/translate.ts';
import type { FormRequest } from '../../messaging/rpc.ts';
import { background, getAssetUrl, problemOf } from '../../messaging/rpcClient.ts';
import { describeQuote } from '../../runs/describeState.ts';
import { LocalProblem, type ShownProblem, tooFewCredits } from '../../runs/problem.ts';
import type { Run } from '../../runs/run.ts';
import { translateProblem } from '../../runs/translateProblem.ts';
import { findFileKind } from '../../runs/videoFormat.ts';
import { lastParamsItem } from '../../session/presets.ts';
import { ProblemLine } from '../ProblemLine.tsx';
import { nameOf, readFile } from '../readFile.ts';
import { Presets } from './Presets.tsx';
import { findSource } from './sourceWorkflows.ts';

/** Further pictures, videos and sounds of a form. Each is uploaded when it is chosen. */
const formPictures: PictureSource = {
  async uploadPicture(blob, { isMask }) {
    const file = blob instanceof File ? blob : new File([blob], 'mask.png', { type: blob.type });
    try {
      const kind = await findFileKind(file);
      const assetId = await background.uploadFile(await readFile(file), nameOf(file), kind, isMask);
      return { assetId, url: await getAssetUrl(assetId) };
    } catch (error) {
      const problem = error instanceof LocalProblem ? { code: error.code } : problemOf(error);
      throw new Error(translateProblem(problem), { cause: error });
    }
  },
  findPicture: async (assetId) => ({ assetId, url: await getAssetUrl(assetId) }),
};

interface ParamsFormProps {
  run: Run;
  source: FormSource;
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

/** The parameters of a run's workflow. What it starts from is given, unless its values name that themselves. */
export function ParamsForm({ run, source, onSubmitted, onCancel }: ParamsFormProps) {
  const workflow = source.workflow.name;
  const [draft, setDraft] = useState<FormDraft>(emptyDraft);
  const [isChecked, setChecked] = useState(false);
  const [problem, setProblem] = useState<ShownProblem>();
  useEffect(() => {
    const own = workflow === run.workflow ? run.params : {};
    // An earlier request still holds.
    void loadLast(run, workflow).then((last) =>
      setDraft(fromParams(source, { ...last, ...own }, findLocale())),
    );
    // Once: a run that goes on has the same ones.
  }, [workflow]);

  const form = useMemo(
    () => createForm(source, draft.values.model, findLocale()),
    [source, draft.values.model],
  );
  const input = findSource(describeRequest(source.listed, source.workflow, { model: draft.values.model }));
  const given = useGivenPicture(run.translation ? undefined : input?.param, run);
  const params = toRequest(form, draft, Object.keys(given));
  const request = { workflow, params, ...(input ? { inputParam: input.param } : {}) };
  const isComplete = () => findFaults(form, draft, Object.keys(given)).length === 0;
  const [claims, setClaims] = useState(0);
  const { quote, problem: quoteProblem } = useQuote(run, request, claims, isComplete);
  const shortage = quote && findShortage([quote]);
  const isReady = run.state === 'quoted';
  const submit = async () => {
    setProblem(undefined);
    setChecked(true);
    if (!isReady || shortage || !isComplete()) return;
    try {
      await keepLast(run, workflow, withoutFiles(form, params));
      await background.submit(run.id, request, quote?.cost);
      onSubmitted();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <form
      class="compose-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <SchemaForm
        key={workflow}
        source={source}
        draft={draft}
        onDraft={setDraft}
        pictures={formPictures}
        fixed={given}
        isChecked={isChecked}
        onSubmit={() => void submit()}
        extras={{ prompt: <Styles form={form} draft={draft} onDraft={setDraft} /> }}
      />
      <Presets
        workflow={workflow}
        values={withoutFiles(form, params)}
        onChoose={(chosen) => setDraft(fromParams(source, chosen, findLocale()))}
      />
      <div class="compose-foot">
        <p class="quiet small" data-testid="quote" role="status">
          {quote && !shortage && describeQuote(quote)}
        </p>
        <ProblemLine
          problem={shortage ? tooFewCredits(shortage) : (problem ?? quoteProblem)}
          onClaimed={() => setClaims((count) => count + 1)}
        />
        <div class="row">
          <Button type="submit" look="primary" size="large" disabled={!isReady || shortage !== undefined}>
            {translate('run')}
            {quote && <Stars amount={quote.cost} />}
          </Button>
          <Button look="quiet" size="large" onClick={onCancel}>
            {translate('cancel')}
          </Button>
        </div>
      </div>
    </form>
  );
}

/** Below the prompt, so only a form with words asks for them. Without them it does everything else. */
function Styles(props: Omit<Parameters<typeof StyleStrip>[0], 'styles'>) {
  const [styles, setStyles] = useState<readonly StyleView[]>([]);
  useEffect(() => {
    background
      .listStyles()
      .then(setStyles, (error: unknown) => console.warn('the styles did not come', problemOf(error)));
  }, []);
  return <StyleStrip styles={styles} {...props} />;
}

/** An upload of another day may be gone, and belongs to what it was chosen for. */
function withoutFiles({ fields }: Form, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isFile = (name: string) =>
    fields.some((field) => field.name === name && (field.kind === 'asset' || field.kind === 'mask'));
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isFile(name)));
}

/**
 * What the run starts from, by the parameter that takes it: it has its place in the form before it is uploaded, and
 * the form works without the view of it.
 */
function useGivenPicture(
  param: string | undefined,
  { inputAssetId: assetId, fileName }: Pick<Run, 'inputAssetId' | 'fileName'>,
): Readonly<Record<string, AssetValue>> {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (assetId === undefined) return;
    // The address that came with the run may have expired.
    getAssetUrl(assetId).then(setUrl, () => setUrl(undefined));
  }, [assetId]);
  return useMemo(
    () => (param === undefined ? {} : { [param]: { assetId: assetId ?? '', url, name: fileName } }),
    [param, assetId, url, fileName],
  );
}

interface QuoteState {
  quote?: QuoteView;
  problem?: ShownProblem;
}

const pauseMs = 400;

/**
 * The price of the current values, requested whenever the person pauses, or has claimed credits; empty while unknown.
 */
function useQuote(run: Run, request: FormRequest, claims: number, isComplete: () => boolean): QuoteState {
  const [answer, setAnswer] = useState<QuoteState & { request?: string }>({});
  const isReady = run.state === 'quoted';
  const text = JSON.stringify(request);
  useEffect(() => {
    if (!isReady) return;
    let isCurrent = true;
    const show = (next: QuoteState) => isCurrent && setAnswer({ ...next, request: text });
    const timer = setTimeout(() => {
      if (!isComplete()) return;
      background.quote(run.id, JSON.parse(text)).then(
        (quote) => show({ quote }),
        (error: unknown) => show({ problem: problemOf(error) }),
      );
    }, pauseMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [run.id, isReady, text, claims]);
  // A price belongs to the values it was requested for.
  return isReady && answer.request === text ? answer : {};
}
