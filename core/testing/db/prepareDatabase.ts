import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTemplate } from './testDatabase.ts';

let directory: string | undefined;

/** Before the first test: what makes a test database, for all processes of the run and whatever their projects. */
export async function setup(): Promise<void> {
  const { TEST_DATABASE_URL, TEST_DATABASE_TEMPLATE } = process.env;
  // Tests that need a database say what is missing.
  if (TEST_DATABASE_URL === undefined || TEST_DATABASE_TEMPLATE !== undefined) return;
  directory = await mkdtemp(join(tmpdir(), 'star-graph-template-'));
  const file = join(directory, 'database.sql');
  await writeTemplate(file);
  process.env.TEST_DATABASE_TEMPLATE = file;
}

export async function teardown(): Promise<void> {
  if (directory === undefined) return;
  delete process.env.TEST_DATABASE_TEMPLATE;
  await rm(directory, { recursive: true });
}
