import type { LiveTasks } from '../data/applyEvent.ts';

/** What a tab says of the tasks, in its title and its icon. */
type TabState =
  | { kind: 'quiet' }
  /** Mean of all that wait or run, from 0 to 100. */
  | { kind: 'working'; percent: number }
  /** Something ended while nobody looked. */
  | { kind: 'done' | 'failed' };

/** @param unseen how what ended while the tab was in the background did */
export function readTabState(live: LiveTasks, unseen: 'done' | 'failed' | undefined): TabState {
  const open = [...live.values()].filter(({ task }) => !task.finishedAt);
  if (open.length === 0) return unseen ? { kind: unseen } : { kind: 'quiet' };
  const sum = open.reduce((all, { task }) => all + task.progress.percent, 0);
  return { kind: 'working', percent: Math.floor(sum / open.length) };
}

const marks = { done: '✓', failed: '✗' } as const;

export function titleOf(state: TabState, view: string | undefined): string {
  const mark =
    state.kind === 'working' ? `${state.percent}%` : state.kind === 'quiet' ? undefined : marks[state.kind];
  return [mark, view, 'Star-Graph'].filter((part) => part !== undefined).join(' · ');
}

const ringLength = 2 * Math.PI * 12.5;
const colours = { working: '#8d83f0', done: '#4fc27f', failed: '#ee6a5f' } as const;
const star =
  '<path fill="#e0a63a" d="m16 9 1.9 4.6 4.9.4-3.7 3.2 1.1 4.8-4.2-2.600-4.2 2.600 1.100-4.800L9.200 14l4.900-.4z"/>';

/** The ring around the star, as an address; the icon of the page while there is nothing to say. */
export function iconOf(state: TabState): string {
  if (state.kind === 'quiet') return '/star.svg';
  const share = state.kind === 'working' ? Math.max(4, state.percent) / 100 : 1;
  const ring = (colour: string, length: number) =>
    `<circle cx="16" cy="16" r="12.5" fill="none" stroke="${colour}" stroke-width="5" stroke-dasharray="${length} ${ringLength}" transform="rotate(-90 16 16)"/>`;
  const rings = ring('#34323f', ringLength) + ring(colours[state.kind], share * ringLength);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#15141f"/>${rings}${star}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
