import { effect, signal } from '@preact/signals';
import { type Outcome, outcomeOf } from '@star-graph/client/outcome';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { isTerminalEventType } from '@star-graph/workflows/shared/eventTypes';
import { liveTasks, onEvent } from '../data/live.ts';
import { iconOf, readTabState, titleOf } from './tabState.ts';

const texts = defineTexts({
  done: { en: 'Your picture is ready', 'zh-CN': '您的作品已完成' },
  failed: { en: 'A task failed', 'zh-CN': '一个任务失败了' },
  nothing: { en: 'A result is withheld or gone', 'zh-CN': '一个结果已被扣留或已不在' },
});

type How = 'done' | 'failed' | 'nothing';
/** What is told of an end; a cancel is its person's own. */
const hows: Record<Outcome['kind'], How | undefined> = {
  open: undefined,
  result: 'done',
  withheld: 'nothing',
  deleted: 'nothing',
  failed: 'failed',
  cancelled: undefined,
};

export const noticeKinds = ['notification', 'sound', 'badge'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

const key = 'end-notices';
const readWishes = (): ReadonlySet<NoticeKind> =>
  new Set(noticeKinds.filter((kind) => localStorage.getItem(key)?.split(' ').includes(kind)));

/** How a person wants to hear of what ended while they were elsewhere, in this browser. */
export const noticeWishes = signal<ReadonlySet<NoticeKind>>(readWishes());

/** Asks the browser first where it wants to be asked. @returns whether it is as wished */
export async function wishNotice(kind: NoticeKind, isWanted: boolean): Promise<boolean> {
  if (kind === 'notification' && isWanted) {
    if (!('Notification' in window)) return false;
    if ((await Notification.requestPermission()) !== 'granted') return false;
  }
  const wishes = new Set(noticeWishes.value);
  if (isWanted) wishes.add(kind);
  else wishes.delete(kind);
  noticeWishes.value = wishes;
  localStorage.setItem(key, [...wishes].join(' '));
  return true;
}

/** How what ended while nobody looked did. */
const unseen = signal<'done' | 'failed' | undefined>(undefined);
let unseenCount = 0;

/** The view that is open, in words. */
export const viewName = signal<string | undefined>(undefined);

/** Title and icon of the tab follow the tasks, and ends in the background are told of. @returns what ends it */
export function followEnds(): () => void {
  const stopTitle = effect(() => {
    const state = readTabState(liveTasks.value, unseen.value);
    const title = titleOf(state, viewName.value);
    if (document.title !== title) document.title = title;
    const icon = iconOf(state);
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link && link.getAttribute('href') !== icon) link.setAttribute('href', icon);
  });
  const stopEvents = onEvent((event) => {
    const task = liveTasks.value.get(event.taskId)?.task;
    if (!task || !isTerminalEventType(event.type) || !document.hidden) return;
    const how = hows[outcomeOf(task).kind];
    if (!how) return;
    unseen.value = unseen.value === 'failed' || how !== 'done' ? 'failed' : 'done';
    unseenCount += 1;
    const { prompt } = task.params;
    tell(how, event.taskId, typeof prompt === 'string' ? prompt : '');
  });
  const see = () => {
    if (document.hidden) return;
    unseen.value = undefined;
    unseenCount = 0;
    void navigator.clearAppBadge?.().catch(() => undefined);
  };
  document.addEventListener('visibilitychange', see);
  return () => {
    stopTitle();
    stopEvents();
    document.removeEventListener('visibilitychange', see);
    document.title = 'Star-Graph';
  };
}

function tell(how: How, taskId: string, prompt: string): void {
  const wishes = noticeWishes.value;
  if (wishes.has('notification')) notify(texts[how], taskId, prompt);
  if (wishes.has('sound')) ring(how);
  // A browser without badges, or a page that is not installed, shows none.
  if (wishes.has('badge')) void navigator.setAppBadge?.(unseenCount).catch(() => undefined);
}

/** Several tabs tell of a task once: its name is the tag. */
function notify(title: string, taskId: string, body: string): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const options = { body: body.slice(0, 120), tag: taskId, icon: '/icons/star-192.png' };
  try {
    const notice = new Notification(title, options);
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
  } catch {
    // On phones only the worker of the page may.
    void navigator.serviceWorker
      ?.getRegistration()
      .then((worker) => worker?.showNotification(title, options))
      .catch((error: unknown) => console.warn('no notification', error));
  }
}

/** Two short notes, upwards for a picture and downwards for a failure. */
function ring(how: How): void {
  const audio = new AudioContext();
  const notes = how === 'done' ? [660, 990] : [440, 330];
  const noteSeconds = 0.14;
  notes.forEach((pitch, at) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const start = audio.currentTime + at * noteSeconds;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.08, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + noteSeconds);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + noteSeconds);
    if (at === notes.length - 1) tone.onended = () => void audio.close();
  });
}
