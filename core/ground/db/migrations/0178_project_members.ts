import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** Projects that others see or edit, who joins by a link, and whose turn it is to draw. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS project_members (
    project_id ${id},
    user_id ${id},
    role VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    joined_at DATETIME(3) NOT NULL,
    seen_at DATETIME(3) NULL,
    PRIMARY KEY (project_id, user_id),
    KEY project_members_user (user_id, project_id),
    CONSTRAINT project_members_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT project_members_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS project_links (
    project_id ${id} PRIMARY KEY,
    role VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    UNIQUE KEY project_links_token (token_hash),
    CONSTRAINT project_links_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
  ) ${suffix}`);
  await database.raw(`ALTER TABLE projects
    ADD COLUMN IF NOT EXISTS turn_of CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN IF NOT EXISTS turn INT UNSIGNED NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS turn_at DATETIME(3) NULL,
    ADD COLUMN IF NOT EXISTS seen_at DATETIME(3) NULL`);
}
