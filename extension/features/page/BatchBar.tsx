import { LayoutGrid, X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { describePictures } from '../../i18n/describeCount.ts';
import { formatNumber, translate } from '../../i18n/translate.ts';
import { type ShownProblem, tooFewCredits } from '../runs/problem.ts';
import { translateProblem } from '../runs/translateProblem.ts';
import { IconTool } from './overlay/IconTool.tsx';
import { SeenButton } from './overlay/SeenButton.tsx';

interface BatchBarProps {
  view: BatchView;
  /** The filters by the pictures' shorter side, in pixels. */
  sizes: { from: readonly number[]; chosen: number; onChoose(fromPx: number): void };
  /** Undefined: no. */
  onAnswer(yes: { isSeen: boolean } | undefined): void;
  onScale(scale: 2 | 4): void;
  /** Shows the pictures beside each other, in a window of ours. */
  onGrid(): void;
  onSaveAll(): void;
  onClose(): void;
}

/** Shows count, factor and price, and asks yes or no; at the end it saves all results at once. */
export function BatchBar({ view, sizes, onAnswer, onScale, onGrid, onSaveAll, onClose }: BatchBarProps) {
  if (view.phase === 'done')
    return (
      <Bar onEscape={onClose}>
        <span data-words={translate('batchDone', describePictures(view.count))} />
        <button type="button" class="main" onClick={onSaveAll} data-words={translate('batchSaveAll')} />
        <button type="button" onClick={onClose} data-words={translate('close')} />
      </Bar>
    );
  return (
    <Bar onEscape={() => onAnswer(undefined)}>
      <span data-words={describeQuestion(view)} />
      {sizes.from.length > 0 && <SizeFilter {...sizes} />}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form */}
      <div class="segments" role="group" aria-label={translate('factor')}>
        {([2, 4] as const).map((scale) => (
          <button
            key={scale}
            type="button"
            aria-pressed={scale === view.scale}
            disabled={view.isReading || scale === view.scale}
            onClick={() => onScale(scale)}
            data-words={`${scale}×`}
          />
        ))}
      </div>
      {!view.isReading && view.count > 0 && !view.shortage && (
        <SeenButton
          isMain
          // A page may cover the sentence but not the button, so the button itself names the price.
          label={
            view.cost === undefined
              ? translate('batchYes')
              : `${translate('batchYes')} · ${formatNumber(view.cost)} ★`
          }
          onPress={(isSeen) => onAnswer({ isSeen })}
        />
      )}
      <IconTool icon={LayoutGrid} label={translate('batchGrid')} onPress={onGrid} />
      <IconTool icon={X} label={translate('cancel')} onPress={() => onAnswer(undefined)} />
    </Bar>
  );
}

function SizeFilter({ from, chosen, onChoose }: BatchBarProps['sizes']) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div class="segments" role="group" aria-label={translate('batchSizes')}>
      {[0, ...from].map((px) => (
        <button
          key={px}
          type="button"
          aria-pressed={px === chosen}
          onClick={() => onChoose(px)}
          data-words={px === 0 ? translate('batchEverySize') : translate('batchFrom', px)}
        />
      ))}
    </div>
  );
}

/** The button names the price; where it is not known or cannot be paid, the sentence says so. */
function describeQuestion(view: BatchView & { phase: 'asking' }): string {
  const pictures = describePictures(view.count);
  if (view.isReading) return translate('batchReading', pictures);
  if (view.shortage) return translateProblem(tooFewCredits(view.shortage));
  return view.cost === undefined ? translate('batchQuestionNoCost', pictures) : pictures;
}

function Bar({ children, onEscape }: { children: ComponentChildren; onEscape(): void }) {
  const bar = useRef<HTMLDivElement>(null);
  // Focuses the question itself: a key meant for the page must not say yes.
  useEffect(() => bar.current?.focus({ preventScroll: true }), []);
  return (
    <div
      ref={bar}
      class="bar"
      role="alertdialog"
      aria-label={translate('batchTitle')}
      tabIndex={-1}
      onKeyDown={(event) => event.key === 'Escape' && onEscape()}
    >
      {children}
    </div>
  );
}

/** What the bar shows: `asking` until the answer, `done` when all have ended; nothing in between. */
export type BatchView =
  | {
      phase: 'asking';
      runIds: string[];
      /** How many pictures are not left out. */
      count: number;
      cost: number | undefined;
      shortage: ShownProblem['shortage'];
      isReading: boolean;
      scale: 2 | 4;
    }
  | { phase: 'done'; runIds: string[]; count: number };
