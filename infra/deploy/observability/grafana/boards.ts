import type { Board } from './board.ts';
import { business } from './business.ts';
import { overview } from './overview.ts';
import { pool } from './pool.ts';
import { slo } from './slo.ts';

/** Every dashboard, by the name of its file. */
export const boards: Readonly<Record<string, Board>> = { overview, pool, business, slo };
