import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** An operator's groups of people, and the collections that are shared with them. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS people_groups (
    id ${id} PRIMARY KEY,
    name VARCHAR(60) NOT NULL,
    UNIQUE KEY people_groups_name (name)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS group_members (
    group_id ${id},
    user_id ${id},
    PRIMARY KEY (group_id, user_id),
    KEY group_members_user (user_id, group_id),
    CONSTRAINT group_members_fk FOREIGN KEY (group_id) REFERENCES people_groups (id) ON DELETE CASCADE,
    CONSTRAINT group_members_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS collection_groups (
    collection_id ${id},
    group_id ${id},
    role CHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (collection_id, group_id),
    KEY collection_groups_group (group_id, collection_id),
    CONSTRAINT collection_groups_fk FOREIGN KEY (collection_id) REFERENCES collections (id) ON DELETE CASCADE,
    CONSTRAINT collection_groups_group_fk FOREIGN KEY (group_id) REFERENCES people_groups (id) ON DELETE CASCADE
  ) ${suffix}`);
}
