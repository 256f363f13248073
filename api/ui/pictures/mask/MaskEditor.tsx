import { useState } from 'preact/hooks';
import { Button } from '../../controls/Button.tsx';
import { describeCoverage, MaskBoard, useCoverage, useMaskSession } from './MaskBoard.tsx';
import { encodeMask } from './maskCanvas.ts';
import type { MaskSession } from './maskSession.ts';
import { isUntouched, type MaskDrawing } from './maskStrokes.ts';
import { texts } from './texts.ts';

export interface MaskEditorProps {
  /** Of its full size, after EXIF rotation; what `url` shows may be smaller. */
  picture: { url: string; width: number; height: number };
  /** Goes on from here; one for a picture of another size is left out. */
  initial?: MaskDrawing | undefined;
  /** At each step, so that nothing is lost when the editor is closed. */
  onChange?(drawing: MaskDrawing): void;
  /** White is drawn anew, black stays: a greyscale PNG of the picture's size. */
  onDone(mask: Blob, drawing: MaskDrawing): void;
  onCancel(): void;
}

/** Paints a mask over a picture: by mouse, finger, pen or keyboard. It fills its place. */
export function MaskEditor({ picture, initial, onChange, onDone, onCancel }: MaskEditorProps) {
  const session = useMaskSession(picture, initial, onChange);
  return (
    <MaskBoard session={session} url={picture.url}>
      <Foot session={session} onDone={onDone} onCancel={onCancel} />
    </MaskBoard>
  );
}

type FootProps = Pick<MaskEditorProps, 'onDone' | 'onCancel'> & { session: MaskSession };

function Foot({ session, onDone, onCancel }: FootProps) {
  const [state, setState] = useState<'ready' | 'working' | 'failed'>('ready');
  const drawing = session.drawing.value;
  const share = useCoverage(session);
  const isEmpty = isUntouched(drawing) || share === 0;
  const finish = async () => {
    const plane = session.canvas?.readPlane();
    if (!plane) return;
    setState('working');
    try {
      onDone(await encodeMask(plane, drawing), drawing);
      setState('ready');
    } catch {
      // Only want of memory ends it: the sentence says so.
      setState('failed');
    }
  };
  return (
    <div class="sg-mask-foot">
      <p class="sg-quiet sg-small" role="status">
        {state === 'failed' ? texts.failed : describeCoverage(share)}
      </p>
      <Button look="quiet" onClick={onCancel}>
        {texts.cancel}
      </Button>
      <Button look="primary" disabled={isEmpty} busy={state === 'working'} onClick={() => void finish()}>
        {texts.done}
      </Button>
    </div>
  );
}
