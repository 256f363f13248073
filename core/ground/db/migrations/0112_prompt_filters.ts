import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';

/** Which groups of letters the prompts of some hundred of a person's pictures hold. */
export const up = (database: Knex): Promise<void> =>
  database.raw(
    `CREATE TABLE IF NOT EXISTS prompt_filters (
       user_id ${id},
       first_id ${id},
       last_id ${id},
       bits VARBINARY(8192) NOT NULL,
       PRIMARY KEY (user_id, last_id)
     ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
  );
