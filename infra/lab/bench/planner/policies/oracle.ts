import type { Policy } from '../pool.ts';
import { forEachIdle } from './idle.ts';
import { chooseByPressure } from './mostPressure.ts';

/** The same as by pressure, but it knows who dumps, and serves this person only when no other person waits. */
export const createOracle = (heavy: string): Policy => ({
  name: 'an oracle that knows the dumper',
  create: () =>
    forEachIdle((server, { waiting }) => {
      const light = waiting.filter(({ person }) => person !== heavy);
      const job = chooseByPressure(server, light.length > 0 ? light : waiting);
      return job && { server, job };
    }),
});
