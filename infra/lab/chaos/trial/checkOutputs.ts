import { createHash } from 'node:crypto';
import type { TrialPlan } from '../trial/plan.ts';

interface TaskBody {
  id: string;
  status: string;
  outputs: { url: string; sha256: string; bytes: number }[];
}

const fetchMs = 10_000;

/** Checks the API's final view of a task: its state, and every output with exactly the promised bytes. */
export async function checkOutputs(
  planned: TrialPlan['tasks'][number],
  expectedStatus: string,
  body: unknown,
): Promise<string[]> {
  const { id, status, outputs } = body as TaskBody;
  const faults: string[] = [];
  if (status !== expectedStatus)
    faults.push(`the API shows task ${id} as ${status}; it is ${expectedStatus}`);
  const count = expectedStatus === 'succeeded' ? Number(planned.params.count ?? 1) : 0;
  if (outputs.length !== count) faults.push(`task ${id} has ${outputs.length} outputs instead of ${count}`);
  for (const { url, sha256, bytes } of outputs) {
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchMs) });
    const content = Buffer.from(await response.arrayBuffer());
    const digest = createHash('sha256').update(content).digest('hex');
    if (response.status !== 200 || digest !== sha256 || content.length !== bytes)
      faults.push(
        `an output of task ${id} is not what was stored: HTTP ${response.status}, ${content.length} bytes`,
      );
  }
  return faults;
}
