import { type BenchPerson, type BenchPlatform, waitUntilNoneIsOpen } from '../platform.ts';
import { playable } from './playable.ts';
import { submitInTime, toStretch } from './playJobs.ts';
import type { ProtocolJob } from './protocolCase.ts';
import type { Run } from './simulate.ts';

interface AttemptRow {
  taskId: string;
  backendId: string;
  assignedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** The case through the API, the queue and the dispatcher. @param people one for each person of the case, and one more. */
export async function playPlatform(
  platform: BenchPlatform,
  people: readonly BenchPerson[],
  jobs: readonly ProtocolJob[],
): Promise<Run> {
  const [stranger, ...others] = people;
  if (!stranger) throw new Error('people are needed');
  await learn(platform, stranger, jobs);
  const names = [...new Set(jobs.map(({ person }) => person))];
  const personOf = new Map(names.map((name, index) => [name, others[index]]));
  const jobOf = new Map<string, ProtocolJob>();
  const beganMs = await submitInTime(jobs, async (job) => {
    const accepted = await personOf.get(job.person)?.client.generate('text2img', playable(job));
    if (!accepted) throw new Error('a person for each');
    jobOf.set(accepted.id, job);
  });
  await waitUntilNoneIsOpen(platform);
  const rows: AttemptRow[] = await platform
    .database('attempts')
    .whereIn('taskId', [...jobOf.keys()])
    .whereNotNull('startedAt')
    .orderBy('startedAt');
  const stretches = rows.flatMap(({ taskId, backendId, assignedAt, startedAt, endedAt }) => {
    const job = jobOf.get(taskId);
    if (!job || !startedAt || !endedAt) return [];
    const at = { givenAtMs: +assignedAt, beganAtMs: +startedAt, endedAtMs: +endedAt };
    return toStretch({ job, server: backendId, ...at }, beganMs);
  });
  return { stretches };
}

/** Run times are learned from runs without a load: each server gets some. */
async function learn(
  platform: BenchPlatform,
  { client }: BenchPerson,
  [first]: readonly ProtocolJob[],
): Promise<void> {
  if (!first) throw new Error('a case has jobs');
  const each = 5;
  for (let count = 0; count < each * platform.backendUrls.length; count += 1)
    await client.generate('text2img', { ...playable(first), seed: count });
  await waitUntilNoneIsOpen(platform);
}
