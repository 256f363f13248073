import type { Maker } from '@star-graph/core/ground/db/models/assetShare';
import type { MakerView } from '../../contract/users/makers.ts';

export function presentMaker(maker: Maker): MakerView {
  const [kind, id = ''] = maker.split(':');
  return { kind: kind === 'key' ? kind : 'session', id };
}

/** For what an earlier release let a session from a service key's code make, and for such sessions. */
export const presentServiceKey = (serviceKeyId: string | null): { madeBy?: MakerView } =>
  serviceKeyId === null ? {} : { madeBy: { kind: 'service-key', id: serviceKeyId } };
