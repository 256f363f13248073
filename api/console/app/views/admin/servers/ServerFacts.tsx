import type { BackendView } from '@star-graph/contract/admin/backends';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { formatBytes, formatNumber } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { fileNameOf, ServerState } from './ServerState.tsx';
import { texts } from './texts.ts';

const kinds = { none: 'none', basic: 'basic', bearer: 'bearer', header: 'header' } as const;

export function ServerFacts({ server }: { server: BackendView }) {
  const { vramTotalBytes, vramFreeBytes, foreignPrompts } = server;
  return (
    <Facts
      facts={[
        [texts.state, <ServerState key="state" server={server} />],
        [texts.seen, server.seenAt && <Time key="seen" at={server.seenAt} />],
        [texts.address, server.url],
        [texts.credentials, texts[kinds[server.credentials]]],
        [texts.device, server.deviceName],
        [
          texts.memory,
          vramTotalBytes === undefined
            ? undefined
            : texts.free(formatBytes(vramFreeBytes ?? 0), formatBytes(vramTotalBytes)),
        ],
        [
          texts.models,
          server.residency.length > 0 ? (
            <ul key="models" class="admin-changes">
              {server.residency.map((file) => (
                <li key={file} title={file}>
                  {fileNameOf(file)}
                </li>
              ))}
            </ul>
          ) : (
            texts.noModels
          ),
        ],
        [texts.fresh, server.freshSince && <Time key="fresh" at={server.freshSince} />],
        [texts.foreign, foreignPrompts ? formatNumber(foreignPrompts) : undefined],
        [texts.version, server.comfyVersion],
        [texts.weight, server.weight],
        [texts.labels, server.labels.join(', ')],
        [texts.foundBy, server.discoveredBy],
        ['ID', server.id],
      ]}
    />
  );
}
