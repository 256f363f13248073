import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Layers, SlidersHorizontal } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import {
  type Catalogue,
  catalogue,
  catalogueError,
  openCatalogue,
  refreshCatalogue,
} from '../../data/catalogue.ts';
import { describeProblem, isProblem } from '../../data/problemText.ts';
import { api, session as signedIn } from '../../session/session.ts';
import { useIsPhone } from '../create/useIsPhone.ts';
import { CanvasStage } from './CanvasStage.tsx';
import { findJoinToken, JoinProject } from './JoinProject.tsx';
import { pressAnywhere } from './keys.ts';
import { AdjustBar } from './panels/AdjustBar.tsx';
import { CandidateBar, OpenRequests, useCandidates } from './panels/CandidateBar.tsx';
import { LayerPanel } from './panels/LayerPanel.tsx';
import { MakeButton, MakePanel } from './panels/MakePanel.tsx';
import { ProjectBar, SaveNotice } from './panels/ProjectBar.tsx';
import { SelectBar } from './panels/SelectBar.tsx';
import { BrushBar, ToolBar, TransformBar } from './panels/ToolBar.tsx';
import { TurnBar } from './panels/TurnBar.tsx';
import { copy, cut, paste } from './selectActs.ts';
import { texts } from './texts.ts';
import { useMaking } from './useMaking.ts';
import { newWorkshop, openWorkshop, putPicture, type Workshop } from './workshop.ts';
import '../create/create.css';
import './canvas.css';

const Drawer = loadPart(async () => (await import('@star-graph/ui/overlays/Drawer.tsx')).Drawer);

/** The canvas, or the question whether one joins a project, for whoever came by its link. */
export function CanvasView() {
  const [token, setToken] = useState(findJoinToken);
  useEffect(() => {
    const find = () => setToken(findJoinToken());
    addEventListener('hashchange', find);
    return () => removeEventListener('hashchange', find);
  }, []);
  if (token === undefined) return <OpenCanvas />;
  return <JoinProject key={token} token={token} onDone={() => setToken(undefined)} />;
}

/** Layers on an endless plane, and a frame in which pictures are made. */
function OpenCanvas() {
  useEffect(() => void openCatalogue(), []);
  const now = signedIn.value;
  const known = catalogue.value;
  const userId = now.state === 'signedIn' ? now.profile.id : '';
  const opened = useWorkshop(userId);
  if (opened.error !== undefined || (!known && catalogueError.value !== undefined))
    return (
      <ErrorState
        title={texts.loadFailed}
        action={{
          label: texts.again,
          onAction: () => {
            void refreshCatalogue();
            opened.retry();
          },
        }}
      >
        {describeProblem(opened.error ?? catalogueError.value)}
      </ErrorState>
    );
  if (!known || !opened.workshop)
    return (
      <div class="canvas" aria-busy="true">
        <Skeleton height="100%" />
      </div>
    );
  return (
    <CanvasRoom key={opened.workshop.store.id} workshop={opened.workshop} known={known} userId={userId} />
  );
}

const lastKey = (userId: string): string => `canvas-project:${userId}`;

/** The project of the address; without one that which was open last, and if there is none a new one. */
function useWorkshop(userId: string): { workshop?: Workshop; error?: unknown; retry(): void } {
  const { params, query } = useRoute();
  const { route } = useLocation();
  const [opened, setOpened] = useState<{ workshop?: Workshop; error?: unknown }>({});
  const [round, setRound] = useState(0);
  const current = useRef<Workshop | undefined>(undefined);
  const wanted = params.project;
  const { picture } = query;
  const isNew = query.new !== undefined || picture !== undefined;
  useEffect(() => {
    // The address of a new project, once the server has it.
    if (wanted !== undefined && current.current?.store.id === wanted) return;
    const last = localStorage.getItem(lastKey(userId));
    if (wanted === undefined && !isNew && last !== null) return route(`/canvas/${last}`, true);
    let isOver = false;
    const show = (workshop: Workshop) => {
      if (isOver) return workshop.close();
      current.current?.close();
      current.current = workshop;
      setOpened({ workshop });
    };
    const begin = () => {
      const onMade = (id: string) => {
        localStorage.setItem(lastKey(userId), id);
        if (current.current?.store.id === id) route(`/canvas/${id}`, true);
      };
      newWorkshop(userId, { isFresh: picture !== undefined, onMade }).then(
        (workshop) => {
          show(workshop);
          if (picture !== undefined && !isOver) bringPicture(workshop, picture);
        },
        (error: unknown) => !isOver && setOpened({ error }),
      );
    };
    if (wanted === undefined) begin();
    else
      openWorkshop(wanted, userId).then(
        (workshop) => {
          localStorage.setItem(lastKey(userId), wanted);
          show(workshop);
        },
        (error: unknown) => {
          if (isOver) return;
          // The one that was open last may be deleted by now.
          if (last === wanted && isProblem(error, 'not-found')) {
            localStorage.removeItem(lastKey(userId));
            route('/canvas?new=1', true);
          } else setOpened({ error });
        },
      );
    return () => {
      isOver = true;
    };
  }, [wanted, isNew, picture, round]);
  useEffect(() => () => current.current?.close(), []);
  return { ...opened, retry: () => setRound((now) => now + 1) };
}

/** A picture of the gallery, as the first layer. */
function bringPicture({ session }: Workshop, id: string): void {
  api
    .getAsset({ params: { id } })
    .then(async ({ url }) => {
      const answer = await fetch(url);
      await putPicture(session, await answer.blob());
    })
    .catch((error: unknown) => showToast({ tone: 'bad', text: describeProblem(error) }));
}

interface CanvasRoomProps {
  workshop: Workshop;
  known: Catalogue;
  userId: string;
}

function CanvasRoom({ workshop, known, userId }: CanvasRoomProps) {
  const { session } = workshop;
  const isReadOnly = session.isReadOnly.value;
  const isPhone = useIsPhone();
  const [sheet, setSheet] = useState<'layers' | 'make'>();
  const making = useMaking(workshop, known, userId);
  const candidates = useCandidates(workshop);
  const isDragging = useGivenPictures(workshop);
  useStayWhileUnsaved(workshop);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts for what the buttons do
    <div
      class="canvas"
      data-dragging={isDragging || undefined}
      onKeyDown={(event) => {
        if (event.defaultPrevented || isTyping(event.target)) return;
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !isReadOnly) void making.make();
        else if (!pressAnywhere(session, event)) return;
        event.preventDefault();
      }}
    >
      <h1 class="sg-hidden">{texts.title}</h1>
      <ToolBar session={session} />
      <div class="canvas-middle">
        <CanvasStage session={session}>
          <OpenRequests workshop={workshop} />
        </CanvasStage>
        <SaveNotice workshop={workshop} />
        {!isReadOnly && (
          <>
            <BrushBar session={session} />
            <SelectBar session={session} />
            <TransformBar session={session} />
            <AdjustBar session={session} />
            <CandidateBar candidates={candidates} />
          </>
        )}
      </div>
      {isPhone ? (
        <div class="canvas-phone">
          <ProjectBar workshop={workshop} />
          <TurnBar workshop={workshop} />
          {!isReadOnly && (
            <div class="canvas-phone-line">
              <IconButton icon={Layers} label={texts.layers} onClick={() => setSheet('layers')} />
              <Button icon={SlidersHorizontal} onClick={() => setSheet('make')}>
                {texts[making.way]}
              </Button>
              <MakeButton making={making} isBrief />
            </div>
          )}
        </div>
      ) : (
        <aside class="canvas-panel">
          <div>
            <ProjectBar workshop={workshop} />
            <TurnBar workshop={workshop} />
          </div>
          {!isReadOnly && (
            <>
              <div class="canvas-panel-body">
                <LayerPanel workshop={workshop} listed={known.listed} />
                <MakePanel making={making} />
              </div>
              <footer class="canvas-panel-foot">
                <MakeButton making={making} />
              </footer>
            </>
          )}
        </aside>
      )}
      {isPhone && sheet && !isReadOnly && (
        <Drawer
          open
          onClose={() => setSheet(undefined)}
          title={sheet === 'layers' ? texts.layers : texts.makeSettings}
        >
          {sheet === 'layers' ? (
            <LayerPanel workshop={workshop} listed={known.listed} />
          ) : (
            <MakePanel making={making} />
          )}
        </Drawer>
      )}
    </div>
  );
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('input:not([type=range], [type=color]), textarea, select') !== null;

/** Pictures that are dropped on the canvas or pasted. @returns whether one is above it */
function useGivenPictures({ session }: Workshop): boolean {
  const [isDragging, setDragging] = useState(false);
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    const pictureOf = (transfer: DataTransfer | null): File | undefined =>
      [...(transfer?.files ?? [])].find(
        ({ type, name }) => type.startsWith('image/') || /\.(psd|ora)$/i.test(name),
      );
    document.addEventListener(
      'dragover',
      (event) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        setDragging(true);
      },
      { signal },
    );
    document.addEventListener(
      'dragleave',
      ({ relatedTarget }) => relatedTarget === null && setDragging(false),
      {
        signal,
      },
    );
    document.addEventListener(
      'drop',
      (event) => {
        setDragging(false);
        const file = pictureOf(event.dataTransfer);
        if (!file) return;
        event.preventDefault();
        const stage = document.querySelector('.canvas-stage')?.getBoundingClientRect();
        const at = { x: event.clientX - (stage?.left ?? 0), y: event.clientY - (stage?.top ?? 0) };
        void putPicture(session, file, { name: file.name, at });
      },
      { signal },
    );
    document.addEventListener(
      'paste',
      (event) => {
        if (!isTyping(document.activeElement) && paste(session, event.clipboardData))
          return event.preventDefault();
        const file = pictureOf(event.clipboardData);
        if (!file) return;
        event.preventDefault();
        void putPicture(session, file);
      },
      { signal },
    );
    for (const [name, act] of [
      ['copy', copy],
      ['cut', cut],
    ] as const)
      document.addEventListener(
        name,
        (event) => {
          if (isTyping(document.activeElement) || !getSelection()?.isCollapsed) return;
          if (act(session, event.clipboardData)) event.preventDefault();
        },
        { signal },
      );
    return () => ended.abort();
  }, [session]);
  return isDragging;
}

/** The browser asks before it leaves what the server has not got. */
function useStayWhileUnsaved({ store }: Workshop): void {
  useEffect(() => {
    const stay = (event: BeforeUnloadEvent) => {
      if (!store.isSafe) event.preventDefault();
    };
    addEventListener('beforeunload', stay);
    return () => removeEventListener('beforeunload', stay);
  }, [store]);
}
