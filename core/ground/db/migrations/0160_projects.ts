import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** What people make on the canvas: each save is a version, and names the files that its layers are stored in. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS projects (
    id ${id} PRIMARY KEY,
    user_id ${id},
    name VARCHAR(100) NOT NULL,
    version INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    saved_at DATETIME(3) NOT NULL,
    KEY projects_user (user_id, id),
    CONSTRAINT projects_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS project_versions (
    project_id ${id},
    version INT UNSIGNED NOT NULL,
    document MEDIUMTEXT NOT NULL,
    is_kept BOOLEAN NOT NULL DEFAULT FALSE,
    saved_at DATETIME(3) NOT NULL,
    PRIMARY KEY (project_id, version),
    CONSTRAINT project_versions_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS project_assets (
    project_id ${id},
    asset_id ${id},
    first_version INT UNSIGNED NOT NULL,
    last_version INT UNSIGNED NOT NULL,
    PRIMARY KEY (project_id, asset_id),
    KEY project_assets_asset (asset_id),
    CONSTRAINT project_assets_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT project_assets_asset_fk FOREIGN KEY (asset_id) REFERENCES assets (id) ON DELETE CASCADE
  ) ${suffix}`);
}
