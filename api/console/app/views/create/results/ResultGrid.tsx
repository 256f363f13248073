import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { EmptyState, ErrorState } from '../../../../../ui/feedback/EmptyState.tsx';
import { Skeleton } from '../../../../../ui/feedback/Skeleton.tsx';
import { writeValue } from '../../../../../ui/form/formDraft.ts';
import { connection, liveTasks, onEvent } from '../../../data/live.ts';
import { describeProblem } from '../../../data/problemText.ts';
import { acceptTask, keyOfTask, presses, resendPresses } from '../requests/presses.ts';
import type { Studio } from '../studio.ts';
import { EntryCard } from './EntryCard.tsx';
import { listEntries } from './listEntries.ts';
import { loadMoreTasks, refreshTasks, taskList } from './taskList.ts';
import { examples, texts } from './texts.ts';
import './results.css';

/** Addresses of pictures are good for an hour. */
const addressLifeMs = 50 * 60_000;

/** Tasks whose cards the person has put away, while the page is open. */
const putAway = signal<ReadonlySet<string>>(new Set());

const addPutAway = (taskId: string): void => {
  putAway.value = new Set([...putAway.value, taskId]);
};

/** Everything that was asked for, newest first: under way, made, or failed. */
export function ResultGrid({ studio }: { studio: Studio }) {
  useNews();
  const { tasks, state, next, error } = taskList.value;
  const entries = listEntries({
    presses: presses.value,
    listed: tasks,
    live: liveTasks.value,
    keyOfTask,
    dismissed: putAway.value,
  });
  const isEmpty = entries.length === 0;
  if (isEmpty && state === 'failed')
    return (
      <ErrorState
        title={texts.failedList}
        action={{ label: texts.tryAgain, onAction: () => void refreshTasks() }}
      >
        {describeProblem(error)}
      </ErrorState>
    );
  if (isEmpty && state === 'ready' && next === null) return <Beginning studio={studio} />;
  return (
    <>
      <ul class="results" aria-busy={isEmpty && state === 'loading'}>
        {entries.map((entry) => (
          <EntryCard key={entry.key} studio={studio} entry={entry} onPutAway={addPutAway} />
        ))}
        {isEmpty && state === 'loading' && <Places />}
      </ul>
      {typeof next === 'string' && (
        <div class="results-more">
          <Button busy={state === 'loading'} onClick={() => void loadMoreTasks()}>
            {texts.showMore}
          </Button>
        </div>
      )}
    </>
  );
}

/** What was sent and what came of it, whenever the line is there again. */
function useNews(): void {
  const isConnected = connection.value === 'connected';
  useEffect(
    () =>
      onEvent((event) => {
        if (event.type === 'task_created') acceptTask(event.data.task);
        if (event.type === 'state_snapshot') for (const task of event.data.tasks) acceptTask(task);
      }),
    [],
  );
  useEffect(() => {
    resendPresses();
    void refreshTasks();
    const timer = setInterval(refreshTasks, addressLifeMs);
    return () => clearInterval(timer);
  }, [isConnected]);
}

const placeShapes = { a: 1, b: 1.5, c: 0.75, d: 1, e: 1.5, f: 1 };

const Places = () => (
  <>
    {Object.entries(placeShapes).map(([name, aspect]) => (
      <li key={name} class="result" style={{ '--aspect': aspect }}>
        <Skeleton ratio={aspect} />
      </li>
    ))}
  </>
);

/** Nothing was made yet: three ways to begin. */
function Beginning({ studio }: { studio: Studio }) {
  const begin = (prompt: string) => {
    studio.changeDraft((draft) => writeValue(studio.form, draft, 'prompt', prompt));
    document.querySelector<HTMLElement>('[data-field="prompt"] textarea')?.focus();
  };
  const takesWords = studio.form.fields.some(({ name }) => name === 'prompt');
  return (
    <div class="results-beginning">
      <EmptyState
        picture={<img src="/star.svg" alt="" width="72" height="72" />}
        title={texts.emptyTitle}
        action={
          takesWords && (
            <div class="results-examples">
              {[examples.first, examples.second, examples.third].map((prompt) => (
                <button key={prompt} type="button" class="results-example" onClick={() => begin(prompt)}>
                  {prompt}
                </button>
              ))}
            </div>
          )
        }
      >
        {takesWords && texts.emptyHint}
      </EmptyState>
    </div>
  );
}
