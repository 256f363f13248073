import { computed, effect, type Signal, signal, untracked } from '@preact/signals';
import type { OpenedProjectView } from '@star-graph/contract/assets/projects';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { api } from '../../session/session.ts';
import { type Asked, joinAsked } from './asked.ts';
import { decodePicture, findEarlier } from './candidates.ts';
import { type CanvasSession, type CanvasTool, createCanvasSession } from './canvasSession.ts';
import type { Board, Layer } from './engine/board.ts';
import { beginHistory } from './engine/history.ts';
import { addLayer, createLayer, mostLayers } from './engine/layers.ts';
import { noTiles, writePixels } from './engine/tiles.ts';
import { type FoundUnsaved, Journal } from './journal.ts';
import { toPlane } from './plane.ts';
import { newProjectId } from './projectId.ts';
import { type ProjectContent, ProjectStore, readProject, readUnsaved } from './projectStore.ts';
import { countSquares, createBoard, mostSquares } from './squares.ts';
import { texts } from './texts.ts';
import { Turns } from './turns.ts';

/** An open project with all that is done on it. */
export interface Workshop {
  session: CanvasSession;
  store: ProjectStore;
  turns: Turns;
  /** What the person may do with it. */
  role: OpenedProjectView['role'];
  prompt: Signal<string>;
  asked: Signal<readonly Asked[]>;
  /** Shows another state of the project, as a step that can be taken back. */
  show(content: ProjectContent): void;
  close(): void;
}

/** A project as the server has it, or as an earlier page could not save it. @throws what the server refused */
export async function openWorkshop(id: string, userId: string): Promise<Workshop> {
  const project = await api.openProject({ params: { id }, query: {} });
  const { journal, found } = await Journal.open(userId, id);
  const { isShared, role } = project;
  if (found) return goOn({ ...found, id, journal, isShared, role, userId }, found, project);
  const { files: _files, ...opened } = project;
  if (!project.document) return createWorkshop({ ...opened, journal, userId }, emptyContent());
  const { content, files, lost } = await readProject(project);
  if (lost > 0) showToast({ tone: 'bad', text: texts.lost });
  return createWorkshop({ ...opened, files, journal, userId }, content);
}

/**
 * A project that the server has once something is in it.
 * @param isFresh whether a new one that never reached the server is left for another time
 */
export async function newWorkshop(
  userId: string,
  { isFresh, onMade }: { isFresh: boolean; onMade(id: string): void },
): Promise<Workshop> {
  const { journal, found } = await Journal.open(userId, isFresh ? newProjectId() : undefined);
  const id = found?.project ?? newProjectId();
  const name = texts.untitled;
  const opened = { id, name, version: 0, onMade: () => onMade(id), journal, role: 'own' as const, userId };
  return found ? goOn({ ...opened, ...found }, found) : createWorkshop(opened, emptyContent());
}

async function goOn(opened: Opened, found: FoundUnsaved, project?: OpenedProjectView): Promise<Workshop> {
  const { content, files, lost } = await readUnsaved(found, project);
  if (lost > 0) showToast({ tone: 'bad', text: texts.lost });
  const workshop = createWorkshop({ ...opened, files }, content);
  // Somebody else may draw by now: the person decides what becomes of it.
  if (workshop.store.isReadOnly.value) workshop.store.leaveOpen();
  else workshop.store.touch();
  return workshop;
}

const emptyContent = (): ProjectContent => ({
  board: createBoard(texts.paintName(1)),
  prompt: '',
  candidates: [],
});

type Opened = ConstructorParameters<typeof ProjectStore>[0] & { role: Workshop['role']; userId: string };

function createWorkshop(opened: Opened, content: ProjectContent): Workshop {
  const session = createCanvasSession(content.board);
  const prompt = signal(content.prompt);
  const asked = signal<readonly Asked[]>(content.candidates);
  const store = new ProjectStore(opened, () => ({
    board: session.board.value,
    prompt: prompt.value,
    candidates: [...asked.value],
  }));
  const follow = (next: ProjectContent) => {
    session.dropStroke();
    session.history.value = beginHistory(next.board);
    prompt.value = next.prompt;
    asked.value = next.candidates;
  };
  const turns = new Turns({ store, userId: opened.userId, follow, endStroke: session.endStroke });
  let toolBefore: CanvasTool | undefined;
  const stopReading = effect(() => {
    session.isReadOnly.value = store.isReadOnly.value;
    untracked(() => {
      const { tool, isReadOnly } = session;
      if (!isReadOnly.value) tool.value = toolBefore ?? tool.value;
      toolBefore = isReadOnly.value ? tool.value : undefined;
      if (isReadOnly.value) tool.value = 'hand';
    });
  });
  if (opened.isShared) turns.begin();
  // Which layer is chosen is nothing to save.
  const layers = computed(() => session.board.value.layers);
  const groups = computed(() => session.board.value.groups);
  const frame = computed(() => session.board.value.frame);
  const rulers = computed(() => session.board.value.rulers);
  let isFirst = true;
  const stop = effect(() => {
    void [layers.value, groups.value, frame.value, rulers.value, prompt.value, asked.value, store.name.value];
    if (!isFirst) untracked(() => store.touch());
    isFirst = false;
  });
  const hide = () => {
    if (document.hidden) void store.flush();
  };
  document.addEventListener('visibilitychange', hide);
  // The gallery has them all the same.
  findEarlier(content.candidates).catch(() => {});
  return {
    session,
    store,
    turns,
    role: opened.role,
    prompt,
    asked,
    show: (next) => {
      if (store.isReadOnly.value) return follow(next);
      session.change(() => next.board);
      prompt.value = next.prompt;
      asked.value = joinAsked(asked.value, next.candidates);
      findEarlier(asked.value).catch(() => {});
    },
    close: () => {
      stop();
      stopReading();
      document.removeEventListener('visibilitychange', hide);
      void turns.close().finally(() => store.close());
    },
  };
}

/**
 * Puts a layer on the board, unless it is full.
 * @param change what else is done in the same step
 * @returns whether it is there
 */
export function putLayer(
  session: CanvasSession,
  layer: Layer,
  change: (board: Board) => Board = (board) => board,
): boolean {
  const { board } = session;
  const isTooLarge = countSquares({ layers: [...board.value.layers, layer] }) > mostSquares;
  if (isTooLarge || board.value.layers.length >= mostLayers) {
    showToast({ tone: 'bad', text: isTooLarge ? texts.tooLarge : texts.mostLayers });
    return false;
  }
  session.change((now) => addLayer(change(now), layer));
  return true;
}

const largestSide = 8_192;

/** PSD, or a ZIP, which ORA is. */
const layerFileStarts = ['8BPS', 'PK\u0003\u0004'];
const isLayerFile = async (file: Blob): Promise<boolean> =>
  layerFileStarts.includes(await file.slice(0, 4).text());

const putLayerFile = async (session: CanvasSession, file: Blob): Promise<void> =>
  (await import('./files/layerFiles.ts')).putLayerFile(session, file);

/** A picture as a layer in the middle of the frame, or where it was dropped. A first one has the frame fit to it. */
export async function putPicture(
  session: CanvasSession,
  file: Blob,
  { name = texts.pictureName, at }: { name?: string; at?: { x: number; y: number } } = {},
): Promise<void> {
  try {
    if (await isLayerFile(file)) return await putLayerFile(session, file);
    const { width, height, bytes } = await decodePicture(file);
    if (width > largestSide || height > largestSide) {
      showToast({ tone: 'bad', text: texts.tooLarge });
      return;
    }
    const { frame, layers } = session.board.value;
    const isFirst = layers.every(({ tiles }) => tiles.size === 0);
    const tiles = writePixels(noTiles, { x: 0, y: 0, width, height }, bytes);
    const middle = at
      ? toPlane(session.view.value, at)
      : { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
    const place = isFirst
      ? { x: frame.x, y: frame.y }
      : { x: Math.round(middle.x - width / 2), y: Math.round(middle.y - height / 2) };
    if (!putLayer(session, { ...createLayer('paint', name.slice(0, 100), tiles), ...place })) return;
    if (!isFirst) return;
    const { step, least, most } = session.limits.value;
    const side = (pixels: number) =>
      Math.max(least, Math.min(most, Math.floor(pixels / step) * step || step));
    session.change((now) => ({
      ...now,
      frame: { ...now.frame, width: side(width), height: side(height) },
    }));
    session.fit();
  } catch {
    showToast({ tone: 'bad', text: texts.notPicture });
  }
}
