import type { Knex } from 'knex';
import { addStateChecks } from '../stateChecks.ts';

/** States of quarantines, reports, erasures, warm-ups and galleries hold only known words, too. */
export const up = (database: Knex): Promise<void> => addStateChecks(database);
