import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatPercent } from '../../texts/formats.ts';
import { MaskStage } from './MaskStage.tsx';
import { MaskToolbar } from './MaskToolbar.tsx';
import { pressAnywhere } from './maskKeys.ts';
import { createMaskSession, type MaskSession, type PictureSize } from './maskSession.ts';
import { isUntouched, type MaskDrawing } from './maskStrokes.ts';
import { coverageOf } from './plane.ts';
import { texts } from './texts.ts';
import './MaskEditor.css';

interface MaskBoardProps {
  session: MaskSession;
  url: string;
  /** What stands below the tools. */
  children: ComponentChildren;
}

/** The picture to paint on, with the tools. */
export const MaskBoard = ({ session, url, children }: MaskBoardProps) => (
  // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts for what the buttons do
  <div
    class="sg-mask"
    onKeyDown={(event) => {
      const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'number';
      if (!isTyping && !event.defaultPrevented && pressAnywhere(session, event)) event.preventDefault();
    }}
  >
    <MaskStage session={session} url={url} />
    <MaskToolbar session={session} />
    {children}
  </div>
);

/**
 * @param initial goes on from here; one for a picture of another size is left out
 * @param onChange at each step, so that nothing is lost when the board is closed
 */
export function useMaskSession(
  { width, height }: PictureSize,
  initial: MaskDrawing | undefined,
  onChange: ((drawing: MaskDrawing) => void) | undefined,
): MaskSession {
  const session = useMemo(() => createMaskSession({ width, height }, initial), [width, height]);
  const kept = useRef(onChange);
  kept.current = onChange;
  useEffect(() => {
    const begun = session.drawing.peek();
    return session.drawing.subscribe((drawing) => drawing !== begun && kept.current?.(drawing));
  }, [session]);
  return session;
}

/** The part of the picture that is painted, counted after each step, once it is drawn. */
export function useCoverage(session: MaskSession): number {
  const drawing = session.drawing.value;
  const [share, setShare] = useState(0);
  useEffect(() => {
    const { canvas } = session;
    setShare(isUntouched(drawing) || !canvas ? 0 : coverageOf(canvas.readPlane()));
  }, [drawing, session]);
  return share;
}

export const describeCoverage = (share: number): string =>
  share === 0 ? texts.empty : texts.covered(formatPercent(share, share < 0.01 ? 2 : share < 0.1 ? 1 : 0));
