import type { MakerView } from '@star-graph/contract/users/makers';
import type { Database } from '@star-graph/core/ground/db/connect';
import type { Maker } from '@star-graph/core/ground/db/models/assetShare';
import { type NamedMaker, nameMakers } from '@star-graph/core/people/identity/makers';

interface Made {
  madeBy?: Maker | null;
  /** Of what came from a service key, which an earlier release let make keys and webhooks. */
  serviceKeyId?: string | null;
}

/** Presents the rows of a list with what made them, which is read for all of them at once. */
export async function presentMade<Row extends Made, View extends object>(
  database: Database,
  rows: readonly Row[],
  present: (row: Row) => View,
): Promise<(View & { madeBy?: MakerView })[]> {
  const named = await nameMakers(database, [...new Set(rows.flatMap((row) => makerOf(row) ?? []))]);
  return rows.map((row) => {
    const maker = makerOf(row);
    return { ...present(row), ...(maker && { madeBy: presentMaker(maker, named.get(maker)) }) };
  });
}

const makerOf = ({ madeBy = null, serviceKeyId = null }: Made): Maker | null =>
  madeBy ?? (serviceKeyId === null ? null : `key:${serviceKeyId}`);

const kinds = { user: 'key', program: 'program', service: 'service-key', session: 'session' } as const;

function presentMaker(maker: Maker, named: NamedMaker | undefined): MakerView {
  const [by, id = ''] = maker.split(':');
  if (!named) return { kind: by === 'session' ? by : 'key', id };
  const { kind, name } = named;
  // A session of a program may have none.
  return { kind: kinds[kind], id, ...(name !== '' && { name }) };
}
