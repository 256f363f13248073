import { signal } from '@preact/signals';
import type { StyleView } from '@star-graph/contract/catalogue/styles';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { language } from '@star-graph/ui/texts/language';
import { whenIdle } from '@star-graph/ui/whenIdle';
import { Bell, BellRing } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { connection, liveTasks, onEvent } from '../../data/live.ts';
import { describeProblem } from '../../data/problemText.ts';
import { type NoticeKind, noticeKinds, noticeWishes, wishNotice } from '../../shell/endNotices.ts';
import { acceptTask, keyOfTask, presses, resendPresses } from './presses.ts';
import { chosenKey } from './results/chosen.ts';
import { GroupCard } from './results/GroupCard.tsx';
import { findShown, listGroups } from './results/listGroups.ts';
import { loadMoreTasks, openTasks, refreshTasks, taskList } from './results/taskList.ts';
import { texts } from './results/texts.ts';
import type { StageProps } from './stage/Stage.tsx';
import { StageComing } from './stage/StageComing.tsx';
import type { Studio } from './studioTypes.ts';
import { texts as viewTexts } from './texts.ts';
import { makeOneLike, styles } from './workflows/styles.ts';
import { texts as stylesTexts } from './workflows/styleTexts.ts';
import './results/results.css';
import './stage/stage.css';
import './workflows/styles.css';

const fetchStage = async () => (await import('./stage/Stage.tsx')).Stage;
/** Create can be pressed without it; it is on its way as soon as the form is drawn. */
const Stage = loadPart<StageProps>(fetchStage, ({ shown }) => (
  <StageComing output={shown.kind === 'result' ? shown.output : undefined} />
));

/** Addresses of pictures are good for an hour. */
const addressLifeMs = 50 * 60_000;

/** Tasks that the person has put away, while the page is open. */
const putAway = signal<ReadonlySet<string>>(new Set());

const addPutAway = (taskId: string): void => {
  putAway.value = new Set([...putAway.value, taskId]);
};

/** Everything that was asked for, newest first, and the one picture of it that is looked at. */
export function Session({ studio, isPainting }: { studio: Studio; isPainting: boolean }) {
  useNews(studio.workflow.available);
  // Where it does not come, the first picture asks for it again.
  useEffect(() => void fetchStage().catch(() => undefined), []);
  const { tasks, state, next, error } = taskList.value;
  const groups = listGroups({
    presses: presses.value,
    listed: tasks,
    live: liveTasks.value,
    keyOfTask,
    dismissed: putAway.value,
  });
  const shown = findShown(groups, chosenKey.value);
  const drawn = useDrawn(groups.length);
  if (!shown)
    return isPainting ? null : (
      <section class="stage stage-alone" aria-label={texts.stage}>
        {state === 'failed' ? (
          <ErrorState
            title={texts.failedList}
            action={{ label: texts.tryAgain, onAction: () => void refreshTasks() }}
          >
            {describeProblem(error)}
          </ErrorState>
        ) : state === 'ready' && next === null ? (
          <StyleWall onChoose={(style) => makeOneLike(studio, style)} />
        ) : (
          <StageComing />
        )}
      </section>
    );
  return (
    <>
      {!isPainting && (
        <section class="stage" aria-label={texts.stage}>
          <Stage studio={studio} groups={groups} shown={shown} onPutAway={addPutAway} />
        </section>
      )}
      <section class="create-results" aria-label={viewTexts.results}>
        <header class="results-head">
          <h2>{texts.session}</h2>
          <NoticeMenu />
        </header>
        <ul class="groups">
          {groups.slice(0, drawn).map((group) => (
            <GroupCard
              key={group.key}
              studio={studio}
              group={group}
              shown={group.entries.some(({ key }) => key === shown.key) ? shown.key : undefined}
              onPutAway={addPutAway}
            />
          ))}
        </ul>
        {typeof next === 'string' && (
          <div class="results-more">
            <Button busy={state === 'loading'} onClick={() => void loadMoreTasks()}>
              {texts.showMore}
            </Button>
          </div>
        )}
      </section>
    </>
  );
}

const firstDrawn = 8;
const drawnAtOnce = 8;

/** How many groups or samples are drawn: the others follow when the page rests, so that the first press need not wait for all. */
function useDrawn(all: number): number {
  const [drawn, setDrawn] = useState(firstDrawn);
  useEffect(
    () => (drawn < all ? whenIdle(() => setDrawn((before) => before + drawnAtOnce)) : undefined),
    [drawn, all],
  );
  return drawn;
}

/** What was sent and what came of it, whenever the line is there again. */
function useNews(isAvailable: boolean): void {
  const isConnected = connection.value === 'connected';
  useEffect(
    () =>
      onEvent((event) => {
        if (event.type === 'task_created') acceptTask(event.data.task);
        if (event.type === 'state_snapshot') for (const task of event.data.tasks) acceptTask(task);
      }),
    [],
  );
  useEffect(resendPresses, [isConnected, isAvailable]);
  useEffect(() => {
    void openTasks();
    const timer = setInterval(refreshTasks, addressLifeMs);
    return () => clearInterval(timer);
  }, [isConnected]);
}

/** How a person hears of what ends while they are elsewhere. */
function NoticeMenu() {
  const wishes = noticeWishes.value;
  const toggle = async (kind: NoticeKind) => {
    if (!(await wishNotice(kind, !wishes.has(kind)))) showToast({ tone: 'bad', text: texts.noticeRefused });
  };
  return (
    <Menu
      label={texts.notices}
      placement="bottom-end"
      items={noticeKinds.map((kind) => ({
        id: kind,
        label: texts[kind],
        checked: wishes.has(kind),
        onSelect: () => void toggle(kind),
      }))}
      trigger={(attributes) => (
        <IconButton
          {...attributes}
          icon={wishes.size > 0 ? BellRing : Bell}
          size="small"
          label={texts.notices}
        />
      )}
    />
  );
}

const firstSamples = 4;

/** What is known of a session before its form is there: its newest picture, or the wall. */
export function SessionComing() {
  const { tasks, state, next } = taskList.value;
  const newest = tasks.find(({ outputs, finishedAt }) => outputs.length > 0 || !finishedAt);
  const isEmpty = state === 'ready' && next === null && tasks.length === 0 && presses.value.length === 0;
  return (
    <section class={newest ? 'stage' : 'stage stage-alone'} aria-label={texts.stage}>
      {isEmpty ? <StyleWall /> : <StageComing output={newest?.outputs[0]} />}
    </section>
  );
}

/** The first sight of an empty session: what can be made, and the way to it once the form is there. */
function StyleWall({ onChoose }: { onChoose?(style: StyleView): void }) {
  const drawn = useDrawn(styles.value.length);
  return (
    <div class="style-wall">
      <h2>{stylesTexts.wall}</h2>
      <p class="sg-quiet">{stylesTexts.wallHint}</p>
      <ul class="style-samples">
        {styles.value.slice(0, drawn).map((style, at) => (
          <li key={style.name}>
            <button type="button" class="style-sample" disabled={!onChoose} onClick={() => onChoose?.(style)}>
              <img
                src={style.sampleUrl}
                alt=""
                width="320"
                height="320"
                // The first ones are what a newcomer sees of the page.
                {...(at < firstSamples ? { fetchPriority: 'high' } : { loading: 'lazy' })}
                decoding="async"
              />
              <span class="style-sample-words">
                <span class="style-sample-title">{style.title[language.value]}</span>
                <span class="sg-hidden">: {style.subject[language.value]}. </span>
                <span class="style-sample-like">{stylesTexts.like}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
