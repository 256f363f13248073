import type { Policy } from '../pool.ts';
import { forEachIdle } from './idle.ts';

/** The oldest job goes to the first idle server. So does `ComfyPool` (`@saintno/comfyui-sdk`, `src/pool.ts` at 0d25c24). */
export const firstIdle: Policy = {
  name: 'first idle',
  create: () => forEachIdle((server, { waiting: [job] }) => job && { server, job }),
};
