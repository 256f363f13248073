import type { BackendView } from '@star-graph/contract/admin/backends';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { titleModel } from '../../../data/catalogue.ts';
import { texts } from './texts.ts';

const tones = { up: 'good', trial: 'warn', resting: 'warn', unknown: 'plain', down: 'bad' } as const;

/** In one word, the strongest first. */
export function ServerState({ server }: { server: BackendView }) {
  if (!server.enabled) return <Chip>{texts.off}</Chip>;
  if (server.recycle?.state) return <Chip tone="warn">{texts.recycling}</Chip>;
  if (server.draining) return <Chip tone="warn">{texts.draining}</Chip>;
  return (
    <Chip tone={tones[server.state]} title={server.reason}>
      {texts[server.state]}
    </Chip>
  );
}

export function describeNow({ tasks, state }: BackendView): string {
  if (tasks.length === 0) return state === 'up' ? texts.idle : '';
  return texts.working(tasks.length);
}

/** By the name that it has everywhere; a file that has none keeps its own. */
export const nameModelFile = (file: string): string =>
  titleModel(file.slice(file.indexOf('/') + 1)) ?? fileNameOf(file);

/** Without its folder. */
export const fileNameOf = (file: string): string => file.replace(/^.*\//, '');
