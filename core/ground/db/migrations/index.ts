import type { Knex } from 'knex';
import * as schema from './0079_schema.ts';
import * as beforeRelease from './0107_before_release.ts';
import * as takenLocks from './0110_taken_locks.ts';
import * as knownStates from './0111_known_states.ts';
import * as promptFilters from './0112_prompt_filters.ts';
import * as discordNotices from './0120_discord_notices.ts';
import * as signInLocks from './0121_sign_in_locks.ts';
import * as awayLocks from './0130_away_locks.ts';
import * as keptBytes from './0131_kept_bytes.ts';
import * as unpaidTasks from './0132_unpaid_tasks.ts';
import * as texts from './0133_texts.ts';
import * as galleryPlaces from './0141_gallery_places.ts';
import * as tags from './0143_tags.ts';
import * as publications from './0144_publications.ts';
import * as poolAgents from './0155_pool_agents.ts';
import * as presets from './0158_presets.ts';
import * as projects from './0160_projects.ts';
import * as rentals from './0161_rentals.ts';
import * as keyPeople from './0165_key_people.ts';
import * as moreKnownStates from './0166_more_known_states.ts';
import * as frameRates from './0170_frame_rates.ts';
import * as sharedCollections from './0171_shared_collections.ts';
import * as communities from './0172_communities.ts';
import * as drafts from './0175_drafts.ts';
import * as modelHeaders from './0176_model_headers.ts';
import * as projectMembers from './0178_project_members.ts';
import * as publicationPairs from './0180_publication_pairs.ts';
import * as waveforms from './0185_waveforms.ts';
import * as backupRun from './0188_backup_run.ts';
import * as botShards from './0190_bot_shards.ts';
import * as groups from './0191_groups.ts';

/** An explicit list: an order that can be read, and no folder scan at run time. */
const migrations: readonly { name: string; migration: Pick<Knex.Migration, 'up'> }[] = [
  // The first two stand for 79, and each has the name of the last of them, which a database of that time has had.
  { name: '0079_audit_actions', migration: schema },
  { name: '0101_sign_in_tries', migration: beforeRelease },
  { name: '0120_discord_notices', migration: discordNotices },
  { name: '0110_taken_locks', migration: takenLocks },
  { name: '0111_known_states', migration: knownStates },
  { name: '0121_sign_in_locks', migration: signInLocks },
  { name: '0112_prompt_filters', migration: promptFilters },
  { name: '0130_away_locks', migration: awayLocks },
  { name: '0160_projects', migration: projects },
  { name: '0170_frame_rates', migration: frameRates },
  { name: '0185_waveforms', migration: waveforms },
  { name: '0131_kept_bytes', migration: keptBytes },
  { name: '0165_key_people', migration: keyPeople },
  { name: '0132_unpaid_tasks', migration: unpaidTasks },
  { name: '0133_texts', migration: texts },
  { name: '0155_pool_agents', migration: poolAgents },
  { name: '0166_more_known_states', migration: moreKnownStates },
  { name: '0143_tags', migration: tags },
  { name: '0144_publications', migration: publications },
  { name: '0158_presets', migration: presets },
  { name: '0161_rentals', migration: rentals },
  { name: '0141_gallery_places', migration: galleryPlaces },
  { name: '0171_shared_collections', migration: sharedCollections },
  { name: '0172_communities', migration: communities },
  { name: '0178_project_members', migration: projectMembers },
  { name: '0175_drafts', migration: drafts },
  { name: '0180_publication_pairs', migration: publicationPairs },
  { name: '0176_model_headers', migration: modelHeaders },
  { name: '0188_backup_run', migration: backupRun },
  { name: '0190_bot_shards', migration: botShards },
  { name: '0191_groups', migration: groups },
];

/** Knex asks for one. */
const refuseDown = async (): Promise<never> => {
  throw new Error('Migrations are not undone: restore the backup.');
};

export const migrationSource: Knex.MigrationSource<(typeof migrations)[number]> = {
  getMigrations: async () => [...migrations],
  getMigrationName: ({ name }) => name,
  getMigration: async ({ migration: { up } }) => ({ up, down: refuseDown }),
};

/** Whether the first two migrations stand for the named one. */
export const isFolded = (name: string): boolean =>
  name < '0108' && !migrations.some((migration) => migration.name === name);
