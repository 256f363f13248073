import { arrows, type KeyPress } from '../stageKeys.ts';
import type { MaskSession } from './maskSession.ts';
import { addStep } from './maskStrokes.ts';
import { toStage } from './maskView.ts';

const brushFactor = 1.25;
const zoomFactor = 1.25;

/** Keys that mean the same anywhere in the editor, whatever has the focus. @returns whether it was one */
export function pressAnywhere(session: MaskSession, { key, shiftKey, ...press }: KeyPress): boolean {
  const isCommand = press.ctrlKey || press.metaKey;
  if (press.altKey) return false;
  switch (key.toLowerCase()) {
    case 'z':
      if (shiftKey) session.redo();
      else session.undo();
      return true;
    case 'y':
      if (!isCommand) return false;
      session.redo();
      return true;
  }
  if (isCommand) return false;
  switch (key.toLowerCase()) {
    case 'b':
      session.tool.value = 'brush';
      return true;
    case 'e':
      session.tool.value = session.tool.value === 'eraser' ? 'brush' : 'eraser';
      return true;
    case 'l':
      session.tool.value = 'lasso';
      return true;
    case 'r':
      session.tool.value = 'rectangle';
      return true;
    case 'w':
      session.tool.value = 'wand';
      return true;
    case 'i':
      session.change((drawing) => addStep(drawing, { kind: 'invert' }));
      return true;
    case '[':
      session.setBrush(session.brush.value / brushFactor);
      return true;
    case ']':
      session.setBrush(session.brush.value * brushFactor);
      return true;
    case '0':
      session.fit();
      return true;
    case '+':
    case '=':
      session.zoom(zoomFactor, toStage(session.view.value, session.cursor.value));
      return true;
    case '-':
      session.zoom(1 / zoomFactor, toStage(session.view.value, session.cursor.value));
      return true;
    default:
      return false;
  }
}

/** Keys of the picture itself: the arrows move a cursor, Space and Enter paint while they are held. */
export function pressOnStage(session: MaskSession, press: KeyPress): boolean {
  if (press.ctrlKey || press.metaKey || press.altKey) return false;
  const direction = arrows[press.key];
  if (direction) {
    moveCursor(session, direction, press.shiftKey);
    return true;
  }
  switch (press.key) {
    case 'Enter':
    case ' ':
      // Space with the mouse moves the picture.
      if (press.key === ' ' && !session.isByKeys.value) return true;
      if (!press.repeat) paintAtCursor(session);
      return true;
    case 'f':
    case 'F':
      session.fillAt(session.cursor.value);
      return true;
    default:
      return false;
  }
}

export function releaseOnStage(session: MaskSession, { key }: Pick<KeyPress, 'key'>): void {
  if ((key === 'Enter' || key === ' ') && session.isByKeys.value) session.endStroke();
}

/** A quarter of the brush at a time, but no less than one sees. */
function moveCursor(session: MaskSession, direction: { x: number; y: number }, isFar: boolean): void {
  const { brush, view, cursor, isByKeys, isPainting } = session;
  const step = Math.max(brush.value / 4, 4 / view.value.scale) * (isFar ? 5 : 1);
  isByKeys.value = true;
  session.moveCursor({ x: direction.x * step, y: direction.y * step });
  if (isPainting.value) session.continueStroke([{ ...cursor.value, width: brush.value }]);
}

function paintAtCursor(session: MaskSession): void {
  session.isByKeys.value = true;
  if (session.tool.value === 'fill' || session.tool.value === 'wand') session.fillAt(session.cursor.value);
  else session.beginStroke({ ...session.cursor.value, width: session.brush.value });
}
