import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { isAssetValue } from '@star-graph/ui/form/fitValue';
import { readChosen, writeValue } from '@star-graph/ui/form/formDraft';
import { readDrawing } from '@star-graph/ui/form/readDrawing';
import {
  describeCoverage,
  MaskBoard,
  useCoverage,
  useMaskSession,
} from '@star-graph/ui/pictures/mask/MaskBoard.tsx';
import { encodeMask } from '@star-graph/ui/pictures/mask/maskCanvas';
import { isUntouched, type MaskDrawing } from '@star-graph/ui/pictures/mask/maskStrokes';
import { X } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { draftOf } from '../draft/drafts.ts';
import { texts } from '../results/texts.ts';
import type { PainterProps } from './painting.ts';

/** The mask of the open form, painted over its picture on the stage. What is painted goes with the next press. */
export function Painter({ studio, field, picture, uploads, hand, onClose }: PainterProps) {
  const { form, changeDraft, userId, workflow } = studio;
  const stepsName = `${field.name}.steps`;
  const draft = draftOf(userId, workflow.name);
  const session = useMaskSession(picture, readDrawing(readChosen(form, draft.peek(), stepsName)), (drawing) =>
    changeDraft((now) => writeValue(form, now, stepsName, drawing)),
  );
  // A mask from a file, or of another time, stays until something is painted.
  const sent = useRef<MaskDrawing | undefined>(undefined);
  const share = useCoverage(session);
  useEffect(() => {
    const begun = session.drawing.peek();
    const isGiven = isAssetValue(readChosen(form, draft.peek(), field.name));
    sent.current = isGiven && isUntouched(begun) ? begun : undefined;
    hand.current = () => {
      const drawing = session.drawing.peek();
      const { canvas } = session;
      if (!canvas || sent.current === drawing) return false;
      sent.current = drawing;
      if (isUntouched(drawing)) {
        changeDraft((now) => writeValue(form, now, field.name, undefined));
        return false;
      }
      uploads.startMask(field.name, encodeMask(canvas.readPlane(), drawing), { over: picture.assetId });
      return true;
    };
    return () => {
      // Whoever looks at another picture meanwhile has painted all the same.
      hand.current?.();
      hand.current = undefined;
    };
  }, [session, field.name, picture.assetId]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for what the button does
    <div
      class="stage-painter"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <MaskBoard session={session} url={picture.url}>
        <div class="stage-painter-foot">
          <p class="sg-quiet sg-small" role="status">
            {describeCoverage(share)}
          </p>
          <IconButton icon={X} label={texts.stopPainting} onClick={onClose} />
        </div>
      </MaskBoard>
    </div>
  );
}
