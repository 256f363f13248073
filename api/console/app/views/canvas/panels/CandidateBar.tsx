import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { CardProgress } from '@star-graph/ui/pictures/CardProgress.tsx';
import { Check, ChevronLeft, ChevronRight, Plus, X } from 'lucide';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { LiveTask } from '../../../data/applyEvent.ts';
import { describeProblem, describeProblemView } from '../../../data/problemText.ts';
import { dropPress, type Press, pressAll, presses, retry } from '../../create/presses.ts';
import { cancelTask } from '../../create/results/cancelTask.ts';
import { type Asked, addAsked, dropResult } from '../asked.ts';
import { placeStyle } from '../CanvasStage.tsx';
import { type Candidate, layerOf, listCandidates, listOpen } from '../candidates.ts';
import type { CanvasSession } from '../canvasSession.ts';
import type { Board } from '../engine/board.ts';
import { hideMasks, placeOf } from '../engine/layers.ts';
import { texts } from '../texts.ts';
import { covers } from '../useMaking.ts';
import { putLayer, type Workshop } from '../workshop.ts';

export interface Candidates {
  all: readonly Candidate[];
  at: number;
  /** It is shown, and can be accepted. */
  isShown: boolean;
  step(by: 1 | -1): void;
  accept(): void;
  discard(): void;
  more(): void;
}

const noCandidates: readonly Candidate[] = [];

/** The results that wait for a choice, one of them shown in its place. */
export function useCandidates({ session, asked }: Workshop): Candidates {
  const [shownId, setShown] = useState<string>();
  const all = session.isReadOnly.value ? noCandidates : listCandidates(asked.value);
  const found = all.findIndex(({ output }) => output.id === shownId);
  // What comes does not take the place of what is looked at.
  const at = found === -1 ? 0 : found;
  const candidate = all[at];
  useEffect(() => {
    setShown(candidate?.output.id);
    session.ghost.value = undefined;
    if (!candidate) return;
    let isOver = false;
    layerOf(candidate, covers.get(candidate.key)).then(
      (layer) => {
        if (!isOver) session.ghost.value = layer;
      },
      () => {
        if (!isOver) showToast({ tone: 'bad', text: texts.notPicture, id: 'candidate' });
      },
    );
    return () => {
      isOver = true;
    };
  }, [candidate?.output.id]);
  const forget = (key: string) => {
    asked.value = asked.value.filter((one) => one.key !== key);
    covers.delete(key);
  };
  return {
    all,
    at,
    isShown: session.ghost.value !== undefined,
    step: (by) => setShown(all[(at + by + all.length) % all.length]?.output.id),
    accept: () => {
      const layer = session.ghost.value;
      if (!candidate || !layer) return;
      const results = session.board.value.layers.filter(({ name }) =>
        name.startsWith(texts.resultName(1).slice(0, -1)),
      );
      const name = texts.resultName(results.length + 1);
      const redrawn = typeof candidate.task.params.mask === 'string' ? placeOf(layer) : undefined;
      const hide = (board: Board) => (redrawn ? hideMasks(board, redrawn) : board);
      // The same result may be accepted once more after an undo.
      if (putLayer(session, { ...layer, id: crypto.randomUUID(), name }, hide)) forget(candidate.key);
    },
    discard: () => {
      if (!candidate) return;
      setShown((all[at + 1] ?? all[at - 1])?.output.id);
      const left = all.filter(({ key }) => key === candidate.key).length - 1;
      if (left === 0) covers.delete(candidate.key);
      asked.value = dropResult(asked.value, { key: candidate.key, output: candidate.output.id, left });
      showToast({ text: texts.discarded, id: 'discarded' });
    },
    more: () => {
      if (candidate) askAgain(asked, candidate);
    },
  };
}

/** The same with another seed, in the same place. */
function askAgain(asked: Workshop['asked'], { task, frame, key: before }: Candidate): void {
  const { seed: _seed, ...params } = task.params;
  const wish = {
    workflow: task.workflow.name,
    params,
    meta: { parentId: task.id },
    count: task.outputs.length,
    aspect: frame.width / frame.height,
  };
  const cover = covers.get(before);
  const onMade = (key: string) => {
    if (cover) covers.set(key, cover);
    asked.value = addAsked(asked.value, { key, frame });
  };
  pressAll([wish], { onMade });
}

/** What to do with the result that is shown. */
export function CandidateBar({ candidates }: { candidates: Candidates }) {
  const { all, at } = candidates;
  if (all.length === 0) return null;
  return (
    <div
      class="canvas-candidates sg-dark"
      role="toolbar"
      aria-label={texts.candidates}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        candidates.step(event.key === 'ArrowLeft' ? -1 : 1);
      }}
    >
      <IconButton
        look="glass"
        icon={ChevronLeft}
        label={texts.previous}
        disabled={all.length < 2}
        onClick={() => candidates.step(-1)}
      />
      <output aria-live="polite" aria-label={texts.place(at + 1, all.length)}>
        {`${at + 1} / ${all.length}`}
      </output>
      <IconButton
        look="glass"
        icon={ChevronRight}
        label={texts.next}
        disabled={all.length < 2}
        onClick={() => candidates.step(1)}
      />
      <Button look="primary" icon={Check} disabled={!candidates.isShown} onClick={candidates.accept}>
        {texts.accept}
      </Button>
      <IconButton look="glass" icon={X} label={texts.discard} onClick={candidates.discard} />
      <IconButton look="glass" icon={Plus} label={texts.more} onClick={candidates.more} />
    </div>
  );
}

/** What is being made, in its place. */
export function OpenRequests({ workshop }: { workshop: Workshop }) {
  const { asked, session } = workshop;
  const open = listOpen(asked.value, presses.value);
  const close = (key: string) => {
    dropPress(key);
    asked.value = asked.value.filter((one) => one.key !== key);
  };
  return (
    <>
      {open.map((one) => (
        <OpenRequest key={one.asked.key} session={session} {...one} onClose={() => close(one.asked.key)} />
      ))}
    </>
  );
}

interface OpenRequestProps {
  session: CanvasSession;
  asked: Asked;
  live: LiveTask | undefined;
  press: Press | undefined;
  onClose(): void;
}

function OpenRequest({ session, asked, live, press: pressed, onClose }: OpenRequestProps) {
  const fault = useMemo(() => faultOf(live, pressed), [live, pressed]);
  // It was asked for by an earlier page, and what became of it is being read.
  if (!live && !pressed) return null;
  const isRunning = live?.task.status === 'running';
  return (
    <div class="canvas-open" style={placeStyle(session, asked.frame)}>
      {fault === undefined ? (
        <CardProgress
          state={isRunning ? 'working' : 'waiting'}
          word={isRunning ? texts.working : texts.waiting}
          percent={isRunning ? live.task.progress.percent : undefined}
          previewUrl={live?.preview}
          onCancel={live && (() => void cancelTask(live.task))}
        />
      ) : (
        <div class="canvas-fault" role="status">
          <p>{fault}</p>
          {pressed && <Button onClick={() => retry(pressed.key)}>{texts.again}</Button>}
          <Button onClick={onClose}>{texts.close}</Button>
        </div>
      )}
    </div>
  );
}

function faultOf(live: LiveTask | undefined, pressed: Press | undefined): string | undefined {
  if (live?.task.status === 'cancelled') return texts.cancelled;
  if (live?.task.status === 'failed')
    return live.task.error ? describeProblemView(live.task.error) : texts.failed;
  if (!live && pressed && pressed.state !== 'sending') return describeProblem(pressed.error);
  return undefined;
}
