import type { ApiKeyView } from '@star-graph/contract/users/apiKeys';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { presentSpans } from './presentSpans.ts';
import { texts } from './texts.ts';

/** Which process of a Discord bot has which shard. */
export function ShardNote({ shards: { of, processes } }: { shards: NonNullable<ApiKeyView['shards']> }) {
  const held = new Set(processes.flatMap(({ shards }) => shards));
  const lost = Array.from({ length: of }, (_, id) => id).filter((id) => !held.has(id));
  return (
    <>
      {processes.map(({ name, shards }) => (
        <div class="sg-quiet" key={name}>
          {texts.shardsOf(name, presentSpans(shards))}
        </div>
      ))}
      {lost.length > 0 && <Chip tone="bad">{texts.shardsLost(presentSpans(lost))}</Chip>}
    </>
  );
}
