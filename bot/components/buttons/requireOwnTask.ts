import { ClientProblem } from '@star-graph/client/clientProblem';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Context } from '../../interaction/context.ts';
import { Refusal } from '../../replies/problems.ts';

/** Another person's task does not exist for this person, as in the API. */
export async function requireOwnTask({ client, say }: Context, id: string): Promise<TaskView> {
  try {
    return await client.getTask({ params: { id } });
  } catch (error) {
    if (error instanceof ClientProblem && error.code === 'not-found') throw new Refusal(say.notYours);
    throw error;
  }
}
