import { readSpending } from '@star-graph/core/money/quotas/keyDay';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { z } from 'zod';
import { readBalance } from '../../../routes/users/readBalance.ts';
import { balanceOutput } from '../outputs.ts';
import { defineTool } from '../tool.ts';
import type { McpDeps, Visit } from '../visit.ts';

export const balance = defineTool({
  name: 'balance',
  title: 'Read the balance',
  description:
    'The credits that the person has and those held for unfinished tasks; and, of the key, what it has spent today (UTC) and may spend.',
  input: z.strictObject({}),
  output: balanceOutput,
  scope: 'account:read',
  annotations: { readOnlyHint: true, openWorldHint: false },
  async run(deps, _input, { visit }) {
    const { available, held } = await readBalance(deps, visit.caller.account.id);
    const key = await readKeyDay(deps, visit);
    const limited =
      key?.creditsPerDay === undefined
        ? ''
        : ` This key has spent ${key.spentToday} of the ${inCredits(key.creditsPerDay)} that it may spend today.`;
    return {
      content: [
        {
          type: 'text',
          text: `${inCredits(available)} available, and ${inCredits(held)} held for tasks.${limited}`,
        },
      ],
      structuredContent: { available, held, ...(key && { key }) },
    };
  },
});

async function readKeyDay({ database, clock }: McpDeps, { caller, creditsPerDay }: Visit) {
  if (caller.kind !== 'key') return undefined;
  const limits = [caller.limits?.creditsPerDay, creditsPerDay].filter((one) => typeof one === 'number');
  const spentToday = await readSpending(database, caller.apiKeyId, clock.now());
  return { spentToday, ...(limits.length > 0 && { creditsPerDay: Math.min(...limits) }) };
}
