import { z } from 'zod';
import { taskOutput } from '../outputs.ts';
import { defineTool } from '../tool.ts';
import { taskIdInput, waitFor, waitSeconds } from './waitFor.ts';

export const wait = defineTool({
  name: 'wait',
  title: 'Wait for a task',
  description: 'Waits for a task to end, with progress, and answers as generate does. Costs nothing.',
  input: z.strictObject({ taskId: taskIdInput, waitSeconds }),
  output: taskOutput,
  scope: 'tasks:read',
  annotations: { readOnlyHint: true, openWorldHint: false },
  run: (deps, { taskId, waitSeconds: seconds }, call) => waitFor(deps, call, taskId, seconds),
});
