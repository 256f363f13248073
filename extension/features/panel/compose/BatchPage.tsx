import type { AssetView } from '@star-graph/contract/assets/assets';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { useEffect, useState } from 'preact/hooks';
import { describePictures } from '../../../i18n/describeCount.ts';
import { translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import { isUndecided, listSizes } from '../../runs/batchChoice.ts';
import { type ShownProblem, tooFewCredits } from '../../runs/problem.ts';
import { type Run, shortageOf } from '../../runs/run.ts';
import { ProblemLine } from '../ProblemLine.tsx';
import { useNews } from '../useBackground.ts';

/**
 * The pictures of a batch beside each other, with sizes and prices, where no page can cover the question. Closing it is
 * no answer: its pictures still wait for one.
 */
export function BatchPage({ batchId }: { batchId: string }) {
  const [problem, setProblem] = useState<ShownProblem>();
  const fail = (error: unknown) => setProblem(problemOf(error));
  const runs = useBatch(batchId, fail);
  const assets = useUploads(runs ?? []);
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) => setLeftOut((known) => known.symmetricDifference(new Set([id])));
  const agreed = runs?.filter(({ id }) => !leftOut.has(id)) ?? [];
  const answer = (ids: readonly string[]) =>
    void background.answerBatch(batchId, ids).then(() => window.close(), fail);
  return (
    <main>
      <h1>{translate('batchTitle')}</h1>
      <ProblemLine problem={problem} />
      {runs?.length === 0 && <p>{translate('batchOver')}</p>}
      {runs && <SizeFilter runs={runs} assets={assets} onLeaveOut={(ids) => setLeftOut(new Set(ids))} />}
      <ul class="batch-grid">
        {runs?.map((run, index) => (
          <BatchPicture
            key={run.id}
            run={run}
            number={index + 1}
            asset={assets.get(run.inputAssetId ?? '')}
            isOut={leftOut.has(run.id)}
            onToggle={() => toggle(run.id)}
          />
        ))}
      </ul>
      {runs && runs.length > 0 && <Answer agreed={agreed} onAnswer={answer} />}
    </main>
  );
}

type Assets = ReadonlyMap<string, AssetView>;

interface SizeFilterProps {
  runs: readonly Run[];
  assets: Assets;
  onLeaveOut(runIds: string[]): void;
}

/** By the shorter side, where the sizes differ. A press on a picture is beside it. */
function SizeFilter({ runs, assets, onLeaveOut }: SizeFilterProps) {
  const [fromPx, setFromPx] = useState(0);
  const sideOf = ({ inputAssetId = '' }: Run): number => {
    const { width = 0, height = 0 } = assets.get(inputAssetId) ?? {};
    return Math.min(width, height);
  };
  const sizes = listSizes(runs.map(sideOf));
  if (sizes.length === 0) return null;
  return (
    <Segmented
      label={translate('batchSizes')}
      options={[0, ...sizes].map((px) => ({
        value: String(px),
        label: px === 0 ? translate('batchEverySize') : translate('batchFrom', px),
      }))}
      value={String(fromPx)}
      onChange={(value) => {
        const px = Number(value);
        setFromPx(px);
        onLeaveOut(runs.filter((run) => sideOf(run) < px).map(({ id }) => id));
      }}
    />
  );
}

interface AnswerProps {
  agreed: readonly Run[];
  onAnswer(agreedIds: readonly string[]): void;
}

/** The price of what is chosen, or what is missing for it, and one yes for all of it. */
function Answer({ agreed, onAnswer }: AnswerProps) {
  const pictures = describePictures(agreed.length);
  const isPriced = agreed.every(({ state }) => state === 'quoted');
  const cost = agreed.reduce((sum, run) => sum + (run.cost ?? Number.NaN), 0);
  const isKnown = isPriced && !Number.isNaN(cost);
  const shortage = shortageOf(agreed);
  return (
    <div class="compose-foot">
      <p role="status" class="sg-small" data-testid="batch">
        {isPriced
          ? isKnown
            ? pictures
            : translate('batchQuestionNoCost', pictures)
          : translate('batchReading', pictures)}
      </p>
      <ProblemLine problem={shortage && tooFewCredits(shortage)} />
      <div class="row">
        <Button
          look="primary"
          disabled={!isPriced || agreed.length === 0 || shortage !== undefined}
          onClick={() => onAnswer(agreed.map(({ id }) => id))}
        >
          {translate('batchYes')}
          {isKnown && agreed.length > 0 && <Stars amount={cost} />}
        </Button>
        <Button look="quiet" onClick={() => onAnswer([])}>
          {translate('cancel')}
        </Button>
      </div>
    </div>
  );
}

interface BatchPictureProps {
  run: Run;
  number: number;
  asset: AssetView | undefined;
  isOut: boolean;
  onToggle(): void;
}

/** A press leaves the picture out, another takes it in again. */
function BatchPicture({ run, number, asset, isOut, onToggle }: BatchPictureProps) {
  return (
    <li>
      <button
        type="button"
        class="batch-picture"
        aria-pressed={!isOut}
        aria-label={translate('offerOne', number)}
        onClick={onToggle}
      >
        {asset ? <img src={asset.thumbnailUrl ?? asset.url} alt="" /> : <span class="batch-empty" />}
        <span class="batch-facts sg-small">
          {asset && translate('batchSize', asset.width, asset.height)}
          {run.cost !== undefined && <Stars amount={run.cost} />}
        </span>
      </button>
    </li>
  );
}

/** The pictures that still wait for an answer, as they come. */
function useBatch(batchId: string, onFail: (error: unknown) => void): Run[] | undefined {
  const [runs, setRuns] = useState<ReadonlyMap<string, Run>>();
  // News that came meanwhile is newer than what was read.
  const add = (found: readonly Run[]) =>
    setRuns((known) => new Map([...found.map((run) => [run.id, run] as const), ...(known ?? [])]));
  useNews((news) => {
    if (news.kind === 'run' && news.run.batchId === batchId)
      setRuns((known) => new Map(known).set(news.run.id, news.run));
    if (news.kind !== 'listening') return;
    setRuns(undefined);
    background.findBatch(batchId).then(add, onFail);
  });
  const inOrder = [...(runs?.values() ?? [])].sort((one, other) => one.createdAtMs - other.createdAtMs);
  return runs && inOrder.filter(isUndecided);
}

/** What was uploaded of them, by id. */
function useUploads(runs: readonly Run[]): Assets {
  const [assets, setAssets] = useState<Assets>(new Map());
  const ids = runs.flatMap(({ inputAssetId }) => inputAssetId ?? []).join(' ');
  useEffect(() => {
    for (const id of ids.split(' ').filter((one) => one !== '' && !assets.has(one)))
      void background.getAsset(id).then((asset) => setAssets((known) => new Map(known).set(id, asset)));
  }, [ids]);
  return assets;
}
