import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { ClientProblem } from '@star-graph/client/clientProblem';
import type { OpenedProjectView, ProjectDocumentView } from '@star-graph/contract/assets/projects';
import { isProblem } from '../../data/problemText.ts';
import { api } from '../../session/session.ts';
import type { Board, Rulers } from './engine/board.ts';
import { arrange } from './engine/groups.ts';
import type { Tile } from './engine/tiles.ts';
import { type FoundUnsaved, type Journal, ownFile, type SaveRequest, type Unsaved } from './journal.ts';
import { newProjectId } from './projectId.ts';
import {
  decodeSquares,
  encodeSquares,
  findUnstored,
  readLayers,
  type StoredAt,
  squaresAFile,
  storeLayers,
} from './squares.ts';

/** All of a project that is saved; what changes it is saved by itself. */
export interface ProjectContent {
  board: Board;
  prompt: string;
  candidates: ProjectDocumentView['candidates'];
}

/**
 * - `saved`: the server has it;
 * - `changed`: it is sent within two seconds;
 * - `saving`;
 * - `waiting`: the server did not answer, and is asked again;
 * - `elsewhere`: another page saved it since, or has the turn, and the person decides what goes on;
 * - `refused`: the server does not take it as it is, and why: the next change is tried again;
 * - `stuck`: the server would never take what this page makes of it, so nothing is tried again.
 */
export interface SaveState {
  state: 'saved' | 'changed' | 'saving' | 'waiting' | 'elsewhere' | 'refused' | 'stuck';
  error?: unknown;
}

export interface ReadProject {
  content: ProjectContent;
  /** Squares whose files are gone. */
  lost: number;
}

const quietMs = 700;
const longestMs = 1_800;
const againMs = 4_000;
const filesAtOnce = 4;

/** What squares are stored where is known for the life of the page, so that none is sent twice. */
const stored = new WeakMap<Tile, StoredAt>();

interface OpenedStore extends Pick<OpenedProjectView, 'id' | 'name' | 'version'> {
  /** How many squares each of its files has. */
  files?: ReadonlyMap<string, number>;
  /** Given for a new project, which the server has from the first save on. */
  onMade?: (() => void) | undefined;
  journal?: Journal | undefined;
  unanswered?: SaveRequest | undefined;
  isShared?: boolean;
}

/** Of a project that is drawn in turns: the number of the page's own turn. */
interface Sharing {
  turn: number | undefined;
}

/**
 * Keeps a project on the server. Nothing is older there than two seconds while the server answers; squares that have
 * changed are sent once, and the document after them, by the version that it was read at.
 */
export class ProjectStore {
  readonly id: string;
  readonly name: Signal<string>;
  readonly saveState: Signal<SaveState> = signal({ state: 'saved' });
  /** Undefined: nobody shares it. */
  readonly sharing: Signal<Sharing | undefined>;
  /** It is the turn of somebody else, or nobody's: what is changed is not kept. */
  readonly isReadOnly: ReadonlySignal<boolean>;
  /** When something was changed last. */
  changedAt = 0;
  readonly #readContent: () => ProjectContent;
  /** Called once the server has a new project. */
  readonly #onMade: (() => void) | undefined;
  readonly #journal: Journal | undefined;
  #isNew: boolean;
  #version: number;
  /** Those among the files that the server keeps, since a version names them. */
  #named: ReadonlySet<string>;
  /** Files that the last version names, and how many squares each has. */
  #files = new Map<string, number>();
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstTouch: number | undefined;
  #running: Promise<void> | undefined;
  /** Sent, and not answered: it is sent again as it was, since it may have been taken. */
  #unanswered: SaveRequest | undefined;
  /** All squares were sent anew since the last save. */
  #isSentAnew = false;

  constructor(opened: OpenedStore, readContent: () => ProjectContent) {
    this.id = opened.id;
    this.name = signal(opened.name);
    this.#version = opened.version;
    this.#onMade = opened.onMade;
    this.#isNew = opened.onMade !== undefined;
    this.#readContent = readContent;
    this.#files = new Map(opened.files);
    this.#named = new Set(this.#files.keys());
    this.#journal = opened.journal;
    this.#unanswered = opened.unanswered;
    this.sharing = signal(opened.isShared ? { turn: undefined } : undefined);
    this.isReadOnly = computed(
      () => this.sharing.value !== undefined && this.sharing.value.turn === undefined,
    );
  }

  /** As it was read or saved last. */
  get version(): number {
    return this.#version;
  }

  /** Nothing of it is lost with the page. */
  get isSafe(): boolean {
    return this.saveState.value.state === 'saved' || this.#journal?.isKept.value === true;
  }

  /** Saves what can be saved. What cannot stays in the browser, and the next page that opens the project goes on with it. */
  async close(): Promise<void> {
    await this.flush();
    if (!this.isSafe) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#journal?.close();
  }

  /** Says that there is something to save. */
  touch(): void {
    if (this.isReadOnly.value) return;
    this.changedAt = Date.now();
    this.#journal?.keep((keep) => this.#readUnsaved(keep));
    if (['elsewhere', 'stuck'].includes(this.saveState.value.state)) return;
    this.saveState.value = { state: 'changed' };
    if (!this.#running) this.#schedule();
  }

  /** Saves at once, as when the page is left. */
  async flush(): Promise<void> {
    await this.#running;
    if (['changed', 'waiting'].includes(this.saveState.value.state)) this.#begin();
    await this.#running;
  }

  /** The server has it then, also if nothing is in it. */
  async make(): Promise<void> {
    if (this.#isNew) this.touch();
    await this.flush();
  }

  /** An earlier page could not save it, and somebody else may draw by now. */
  leaveOpen(): void {
    clearTimeout(this.#timer);
    this.saveState.value = { state: 'elsewhere' };
  }

  /**
   * Makes a project of the person's own of all that the page holds; this one stays as the server has it.
   * @returns its id
   * @throws what the server refused
   */
  async saveCopy(name: string): Promise<string> {
    const opened = { id: newProjectId(), name: name.slice(0, 100), version: 0, onMade: () => {} };
    const copy = new ProjectStore(opened, this.#readContent);
    await copy.#send(false);
    await this.#journal?.clear();
    this.saveState.value = { state: 'saved' };
    return copy.id;
  }

  /** Saves over what another page saved, which stays as a version. */
  async takeOver(): Promise<void> {
    const { version } = await api.openProject({ params: { id: this.id }, query: {} });
    this.#version = version;
    await this.#save(true);
  }

  /** @returns what the project was at a version, or without one what another page made of it. */
  async read(version?: number): Promise<ReadProject> {
    const query = version === undefined ? {} : { version };
    const project = await api.openProject({ params: { id: this.id }, query });
    const read = await readProject(project);
    for (const [file, size] of read.files) this.#files.set(file, size);
    if (version === undefined) {
      this.#named = new Set(read.files.keys());
      this.#unanswered = undefined;
      this.#version = project.version;
      this.name.value = project.name;
      this.saveState.value = { state: 'saved' };
      await this.#journal?.clear();
    }
    return read;
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#firstTouch ??= Date.now();
    clearTimeout(this.#timer);
    const latest = this.#firstTouch + longestMs - Date.now();
    this.#timer = setTimeout(() => this.#begin(), Math.max(0, Math.min(quietMs, latest)));
  }

  #begin(): void {
    this.#running ??= this.#save(false).finally(() => {
      this.#running = undefined;
      if (this.saveState.value.state === 'changed') this.#schedule();
    });
  }

  async #save(keepsLast: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#firstTouch = undefined;
    this.saveState.value = { state: 'saving' };
    try {
      await this.#send(keepsLast);
      // It may have been changed while it was sent.
      if (this.saveState.value.state === 'saving') {
        this.saveState.value = { state: 'saved' };
        await this.#journal?.clear();
      }
    } catch (error) {
      // A turn that ended meanwhile leaves it to the person.
      if (this.saveState.value.state !== 'elsewhere') this.saveState.value = this.#stateAfter(error);
    }
  }

  #stateAfter(error: unknown): SaveState {
    if (isProblem(error, 'changed-meanwhile')) return { state: 'elsewhere' };
    if (isProblem(error, 'invalid-params')) {
      if (this.#isSentAnew || !isFileGone(error)) return { state: 'stuck', error };
      // A file went with the last version that named it: all squares are sent anew, once.
      this.#isSentAnew = true;
      this.#files.clear();
      return { state: 'changed' };
    }
    if (isRefusal(error)) return { state: 'refused', error };
    if (!this.#isClosed) this.#timer = setTimeout(() => this.#begin(), againMs);
    return { state: 'waiting', error };
  }

  async #send(keepsLast: boolean): Promise<void> {
    if (this.#isNew) {
      await api.createProject({ body: { id: this.id, name: this.name.value } });
      this.#isNew = false;
      this.#onMade?.();
    }
    if (this.#unanswered)
      await this.#put(this.#unanswered).catch((error: unknown) => {
        // What it holds is in what is sent now.
        if (!isRefusal(error) || isProblem(error, 'changed-meanwhile')) throw error;
      });
    const content = this.#readContent();
    const { board } = content;
    const unstored = findUnstored(
      board,
      (tile) => this.#placeOf(tile),
      (file) => this.#files.get(file) ?? 0,
    );
    for (let at = 0; at < unstored.length; at += squaresAFile) {
      const tiles = unstored.slice(at, at + squaresAFile);
      const { id: file } = await api.uploadAsset(await encodeSquares(tiles), { purpose: 'mask' });
      this.#files.set(file, tiles.length);
      for (const [index, tile] of tiles.entries()) stored.set(tile, { file, at: index });
    }
    const document = documentOf(content, (tile) => this.#placeOf(tile) as StoredAt);
    await this.#put({
      version: this.#version,
      name: this.name.value,
      turn: this.sharing.value?.turn,
      document,
      keepsLast,
    });
    this.#isSentAnew = false;
    this.#files = new Map([...this.#files].filter(([file]) => document.files.includes(file)));
    this.#named = new Set(document.files);
  }

  /** The state as it is, with those squares beside it that no version of the project has. */
  #readUnsaved(keep: (tile: Tile) => number): Unsaved {
    const document = documentOf(this.#readContent(), (tile) => {
      const place = stored.get(tile);
      return place && this.#named.has(place.file) ? place : { file: ownFile, at: keep(tile) };
    });
    return {
      project: this.id,
      name: this.name.value,
      version: this.#version,
      isNew: this.#isNew,
      unanswered: this.#unanswered,
      document,
    };
  }

  /** What no version names any more, the server has deleted. */
  #placeOf(tile: Tile): StoredAt | undefined {
    const place = stored.get(tile);
    return place && this.#files.has(place.file) ? place : undefined;
  }

  async #put(body: SaveRequest): Promise<void> {
    this.#unanswered = body;
    this.#journal?.keep((keep) => this.#readUnsaved(keep));
    try {
      this.#version = (await api.saveProject({ params: { id: this.id }, body })).version;
      this.#unanswered = undefined;
    } catch (error) {
      if (isRefusal(error)) this.#unanswered = undefined;
      throw error;
    }
  }
}

const isFileGone = (error: unknown): boolean =>
  error instanceof ClientProblem &&
  error.problem.errors?.some(({ pointer }) => pointer === '/document/files') === true;

const isRefusal = (error: unknown): boolean =>
  error instanceof ClientProblem && error.problem.status < 500 && error.code !== 'rate-limited';

const copyRulers = ({ guides: { x, y }, ...rest }: Rulers) => ({ ...rest, guides: { x: [...x], y: [...y] } });

/** Without groups and guides it is one that every release reads. */
const documentOf = (
  { board, prompt, candidates }: ProjectContent,
  placeOf: (tile: Tile) => StoredAt,
): ProjectDocumentView => ({
  frame: board.frame,
  prompt,
  candidates,
  ...storeLayers(board, placeOf),
  ...(board.groups.length > 0 && { groups: [...board.groups] }),
  ...(board.rulers && { rulers: copyRulers(board.rulers) }),
});

type Squares = Map<string, readonly Tile[]>;

/** The squares of a project's files. @throws what the server refused */
async function readSquares({ files, document }: OpenedProjectView): Promise<Squares> {
  const urls = new Map(files.map(({ id, url }) => [id, url]));
  const squares: Squares = new Map();
  if (!document) return squares;
  const wanted = document.files.filter((file) => urls.has(file));
  for (let at = 0; at < wanted.length; at += filesAtOnce)
    await Promise.all(
      wanted.slice(at, at + filesAtOnce).map(async (file) => {
        const answer = await fetch(urls.get(file) ?? '');
        if (!answer.ok) throw new Error(`a file of the layers did not come: ${answer.status}`);
        const tiles = await decodeSquares(new Uint8Array(await answer.arrayBuffer()));
        squares.set(file, tiles);
        for (const [index, tile] of tiles.entries()) stored.set(tile, { file, at: index });
      }),
    );
  return squares;
}

function readDocument(
  document: ProjectDocumentView,
  findTile: (file: string, at: number) => Tile | undefined,
): ReadProject {
  const { layers, lost } = readLayers(document.layers, (file, at) =>
    findTile(document.files[file] ?? '', at),
  );
  const { frame, prompt, candidates, groups, rulers } = document;
  const board = { ...arrange({ layers, groups: groups ?? [] }), frame, rulers, chosen: layers.at(-1)?.id };
  return { content: { board, prompt, candidates }, lost };
}

const sizesOf = (squares: Squares) => new Map([...squares].map(([file, tiles]) => [file, tiles.length]));

/** A project as it was read, with how many squares its files have. @throws what the server refused */
export async function readProject(
  project: OpenedProjectView,
): Promise<ReadProject & { files: Map<string, number> }> {
  if (!project.document) throw new Error('a project that was never saved has no content');
  const squares = await readSquares(project);
  return {
    ...readDocument(project.document, (file, at) => squares.get(file)?.[at]),
    files: sizesOf(squares),
  };
}

/**
 * What an earlier page could not save, with those of its squares that the server has.
 * @param project as the server has it; undefined: not yet
 * @throws what the server refused
 */
export async function readUnsaved(
  { document, version, squares: own }: FoundUnsaved,
  project: OpenedProjectView | undefined,
): Promise<ReadProject & { files: Map<string, number> }> {
  const squares = project ? await readSquares(project) : new Map();
  const isWhole = document.files.every((file) => file === ownFile || squares.has(file));
  if (project && !isWhole && project.version !== version) {
    const query = { version };
    const before = await api.openProject({ params: { id: project.id }, query }).catch((error: unknown) => {
      // That version is no longer kept. What is missing is counted.
      if (isProblem(error, 'not-found')) return undefined;
      throw error;
    });
    if (before) for (const [file, tiles] of await readSquares(before)) squares.set(file, tiles);
  }
  const read = readDocument(document, (file, at) =>
    file === ownFile ? own.get(at) : squares.get(file)?.[at],
  );
  return { ...read, files: sizesOf(squares) };
}
