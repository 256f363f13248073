import type { ComponentChild } from 'preact';
import { translate } from '../../i18n/translate.ts';
import type { PageRequest } from '../messaging/protocol.ts';
import { isUndecided, listSizes } from '../runs/batchChoice.ts';
import { isEnded, type Run, shortageOf } from '../runs/run.ts';
import { BatchBar, type BatchView } from './BatchBar.tsx';
import type { Box } from './overlay/placement.ts';
import type { ShownRun } from './shownRun.ts';

/** Pictures of one frame that are chosen, asked about and saved together. */
export interface Batch {
  begin(batchId: string): void;
  /** The picture has an outline and a number, since nothing is decided yet. */
  drawMark(one: ShownRun): ComponentChild | undefined;
  drawBar(): ComponentChild | undefined;
}

interface BatchDeps {
  shown: ReadonlyMap<string, ShownRun>;
  send(request: PageRequest): void;
  redraw(): void;
}

export function createBatch({ shown, send, redraw }: BatchDeps): Batch {
  let batchId: string | undefined;
  /** The filter that was pressed last; a press on a picture is beside it. */
  let fromPx = 0;
  const leftOut = new Set<string>();
  const listRuns = () => [...shown.values()].flatMap(({ run }) => (run.batchId === batchId ? [run] : []));
  const change = (work: () => void) => () => {
    work();
    redraw();
  };
  const end = () => {
    batchId = undefined;
    fromPx = 0;
    leftOut.clear();
  };
  const answer = (yes: { isSeen: boolean } | undefined) => {
    const runIds = listRuns().flatMap((run) => (isUndecided(run) ? [run.id] : []));
    const agreed = yes ? runIds.filter((id) => !leftOut.has(id)) : [];
    for (const runId of runIds.filter((id) => !agreed.includes(id))) send({ kind: 'decline', runId });
    // A yes that the page may have tricked the person into is asked for again, once for all.
    for (const runId of yes?.isSeen === false ? agreed.slice(0, 1) : agreed)
      send({ kind: 'confirm', runId, isSeen: yes?.isSeen ?? false });
    if (!yes) end();
    redraw();
  };
  const keepFrom = (sidePx: number) => {
    leftOut.clear();
    for (const { run, element } of shown.values())
      if (run.batchId === batchId && shortSideOf(element) < sidePx) leftOut.add(run.id);
    fromPx = sidePx;
    redraw();
  };
  const saveAll = () => {
    for (const { id } of listRuns().filter(({ state }) => state === 'succeeded'))
      send({ kind: 'saveResult', runId: id });
  };
  return {
    begin(id) {
      // Sent again after a lost connection: pictures left out stay so.
      if (id !== batchId) leftOut.clear();
      batchId = id;
    },
    drawMark(one) {
      const { run } = one;
      if (batchId === undefined || run.batchId !== batchId || !isUndecided(run)) return undefined;
      const isOut = leftOut.has(run.id);
      const toggle = change(() => (isOut ? leftOut.delete(run.id) : leftOut.add(run.id)));
      const number = listRuns().indexOf(run) + 1;
      return <BatchMark key={run.id} box={one.box} number={number} isOut={isOut} onToggle={toggle} />;
    },
    drawBar() {
      if (batchId === undefined) return undefined;
      const view = describeBatch(listRuns(), leftOut);
      if (!view) return undefined;
      const own = [...shown.values()].filter(({ run }) => run.batchId === batchId);
      const sides = own.map(({ element }) => shortSideOf(element));
      return (
        <BatchBar
          key={`${batchId} ${view.phase}`}
          view={view}
          sizes={{ from: listSizes(sides), chosen: fromPx, onChoose: keepFrom }}
          onAnswer={answer}
          onScale={(scale) => send({ kind: 'rescale', runIds: view.runIds, scale })}
          onGrid={() => view.runIds.slice(0, 1).map((runId) => send({ kind: 'openGrid', runId }))}
          onSaveAll={saveAll}
          onClose={change(end)}
        />
      );
    },
  };
}

/** Of its pixels, as the page shows it. */
const shortSideOf = (element: Element): number =>
  element instanceof HTMLImageElement ? Math.min(element.naturalWidth, element.naturalHeight) : 0;

function describeBatch(runs: readonly Run[], leftOut: ReadonlySet<string>): BatchView | undefined {
  const undecided = runs.filter(isUndecided);
  const runIds = undecided.map(({ id }) => id);
  if (undecided.length > 0) {
    const kept = undecided.filter(({ id }) => !leftOut.has(id));
    // A new factor reaches the runs one by one.
    const scales = new Set(undecided.map(({ params }) => params.scale));
    const cost = kept.reduce((sum, run) => sum + (run.cost ?? Number.NaN), 0);
    return {
      phase: 'asking',
      runIds,
      count: kept.length,
      cost: Number.isNaN(cost) ? undefined : cost,
      shortage: shortageOf(kept),
      isReading: scales.size > 1 || undecided.some(({ state }) => state !== 'quoted'),
      scale: undecided[0]?.params.scale === 4 ? 4 : 2,
    };
  }
  const done = runs.filter(({ state }) => state === 'succeeded');
  if (done.length === 0 || !runs.every(isEnded)) return undefined;
  return { phase: 'done', runIds: done.map(({ id }) => id), count: done.length };
}

interface BatchMarkProps {
  box: Box;
  number: number;
  isOut: boolean;
  onToggle(): void;
}

/** An outline with a number; a press leaves the picture out, another includes it again. */
function BatchMark({ box, number, isOut, onToggle }: BatchMarkProps) {
  const { left, top, width, height } = box;
  return (
    <button
      type="button"
      class={`outline${isOut ? ' out' : ''}`}
      aria-pressed={!isOut}
      aria-label={translate('offerOne', number)}
      style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
      onClick={onToggle}
    >
      <span class="number" data-words={String(number)} />
    </button>
  );
}
