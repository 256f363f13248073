import type { Policy } from '../pool.ts';
import { forEachIdle } from './idle.ts';

/** The oldest job goes to the first idle server. */
export const firstIdle: Policy = {
  name: 'first idle',
  create: () => forEachIdle((server, { waiting: [job] }) => job && { server, job }),
};
