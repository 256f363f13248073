import { arrows, type KeyPress } from '@star-graph/ui/pictures/stageKeys';
import { type CanvasSession, type CanvasTool, isSelectTool, reveal } from './canvasSession.ts';
import { moveFrame } from './engine/frame.ts';
import { chosenGroup, groupChosen, ungroup } from './engine/groups.ts';
import { movedOf, putChanged, shiftLayers } from './engine/moving.ts';
import { toStage } from './plane.ts';
import { erase, invert, selectAll } from './selectActs.ts';
import { texts } from './texts.ts';

export const toolKeys: Readonly<Record<string, CanvasTool>> = {
  b: 'brush',
  e: 'eraser',
  m: 'rectangle',
  l: 'lasso',
  w: 'wand',
  i: 'picker',
  v: 'move',
  f: 'frame',
  h: 'hand',
};

const factor = 1.25;

/** Keys that mean the same all over the canvas. @returns whether it was one */
export function pressAnywhere(session: CanvasSession, press: KeyPress): boolean {
  if (press.altKey) return false;
  const key = press.key.toLowerCase();
  if (press.ctrlKey || press.metaKey) {
    const act = withControl(session, key, press.shiftKey);
    act?.();
    return act !== undefined;
  }
  const tool = toolKeys[key];
  if (tool) {
    session.tool.value = tool;
    return true;
  }
  const at = toStage(session.view.value, session.cursor.value);
  const acts: Readonly<Record<string, () => void>> = {
    '[': () =>
      session.setBrush({ size: Math.min(session.brush.value.size - 1, session.brush.value.size / factor) }),
    ']': () =>
      session.setBrush({ size: Math.max(session.brush.value.size + 1, session.brush.value.size * factor) }),
    delete: () => erase(session),
    backspace: () => erase(session),
    escape: () => (session.outline.value ? session.dropSelecting() : session.select(undefined)),
    '0': session.fit,
    '+': () => session.zoom(factor, at),
    '=': () => session.zoom(factor, at),
    '-': () => session.zoom(1 / factor, at),
  };
  const act = acts[key];
  act?.();
  return act !== undefined;
}

function withControl(session: CanvasSession, key: string, isShift: boolean): (() => void) | undefined {
  const acts: Readonly<Record<string, () => void>> = {
    z: isShift ? session.redo : session.undo,
    y: session.redo,
    a: () => selectAll(session),
    d: () => session.select(undefined),
    g: () => (isShift ? ungroupChosen(session) : session.change((now) => groupChosen(now, texts.groupName))),
    ...(isShift && { i: () => invert(session) }),
  };
  return acts[key];
}

function ungroupChosen(session: CanvasSession): void {
  const group = chosenGroup(session.board.value);
  if (group) session.change((now) => ungroup(now, group.id));
}

/** Keys of the plane itself: arrows move what the tool moves; Space and Enter paint while they are held. */
export function pressOnStage(session: CanvasSession, press: KeyPress): boolean {
  if (press.ctrlKey || press.metaKey || press.altKey) return false;
  const direction = arrows[press.key];
  if (direction) {
    moveBy(session, direction, press.shiftKey);
    return true;
  }
  if (press.key !== 'Enter' && press.key !== ' ') return false;
  // Space with the mouse moves the plane.
  if (press.key === ' ' && !session.isByKeys.value) return true;
  if (!press.repeat) useTool(session);
  return true;
}

export function releaseOnStage(session: CanvasSession, { key }: Pick<KeyPress, 'key'>): void {
  if ((key !== 'Enter' && key !== ' ') || !session.isByKeys.value) return;
  session.endStroke();
  session.endSelecting();
}

function moveBy(session: CanvasSession, { x, y }: { x: number; y: number }, isFar: boolean): void {
  const { tool, board, view, brush, cursor, isByKeys } = session;
  const far = isFar ? 10 : 1;
  if (tool.value === 'frame') {
    const step = isFar ? 64 : 8;
    session.change(
      (now) => ({ ...now, frame: moveFrame(now.frame, now.frame.x + x * step, now.frame.y + y * step) }),
      'frame by keys',
    );
  } else if (tool.value === 'move') {
    const moved = movedOf(board.value);
    if (moved && !moved.isLocked)
      session.change(
        (now) => putChanged(now, shiftLayers(moved.layers, { x: x * far, y: y * far })),
        `move ${moved.layers.map(({ id }) => id)} by keys`,
      );
  } else if (tool.value === 'hand')
    view.value = { ...view.value, x: view.value.x - x * 40 * far, y: view.value.y - y * 40 * far };
  else {
    const step = Math.max(brush.value.size / 4, 4 / view.value.scale) * (isFar ? 5 : 1);
    isByKeys.value = true;
    cursor.value = { x: cursor.value.x + x * step, y: cursor.value.y + y * step };
    reveal(session);
    if (session.isPainting()) session.continueStroke([{ ...cursor.value, pressure: 1 }]);
    session.continueSelecting([cursor.value]);
  }
}

function useTool(session: CanvasSession): void {
  session.isByKeys.value = true;
  if (isSelectTool(session.tool.value)) session.beginSelecting(session.cursor.value);
  else if (session.tool.value === 'picker') session.pickColour(session.cursor.value);
  else if (session.tool.value === 'brush' || session.tool.value === 'eraser')
    session.beginStroke({ ...session.cursor.value, pressure: 1 });
}
