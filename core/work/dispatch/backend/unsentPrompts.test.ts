import { expect, test } from 'vitest';
import type { ComfyClient } from '../../../comfy/comfy.ts';
import type { TakenSlot } from '../takenSlots.ts';
import { createUnsentPrompts } from './unsentPrompts.ts';

const slotOf = (promptId: string | null): TakenSlot => ({
  taskId: 'a task',
  attempt: 1,
  backendId: 'a backend',
  slot: 0,
  state: 'posted',
  promptId,
  startedAt: null,
  isOver: false,
  isRecalled: false,
});

test('a prompt counts as posted from the moment that its POST begins', async () => {
  const answer = Promise.withResolvers<{ kind: 'accepted' }>();
  const unsent = createUnsentPrompts();
  const sent: string[] = [];
  const post = (promptId: string) => {
    sent.push(promptId);
    return answer.promise;
  };
  const client = unsent.watch({ post } as unknown as ComfyClient);
  const [promptId, other] = [unsent.choose(), unsent.choose()];
  expect(unsent.see(slotOf(promptId))).toMatchObject({ promptId: null, unsentPromptId: promptId });
  const posted = client.post(promptId, {}, {});
  expect(unsent.see(slotOf(promptId))).toEqual(slotOf(promptId));
  expect(unsent.see(slotOf(other))).toMatchObject({ unsentPromptId: other });
  answer.resolve({ kind: 'accepted' });
  await posted;
  expect(sent).toEqual([promptId]);
});

test("another owner's prompt counts as posted, and none is made up", () => {
  const unsent = createUnsentPrompts();
  const chosenElsewhere = createUnsentPrompts().choose();
  for (const slot of [slotOf(chosenElsewhere), slotOf(null)]) expect(unsent.see(slot)).toEqual(slot);
});
