import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** It measures colours: what is still fading in would be measured half way. Runs in the page. */
function endMotion(): void {
  for (const motion of document.getAnimations())
    if (Number.isFinite(motion.effect?.getComputedTiming().endTime)) motion.finish();
}

/** What axe finds serious. */
export async function findFaults(shown: Page): Promise<string[]> {
  await shown.evaluate(endMotion);
  const { violations } = await new AxeBuilder({ page: shown })
    // In one go, without a second page for the sum: the console has no frames of other sites.
    .setLegacyMode()
    // Every rule runs; what passes is not described.
    .options({ resultTypes: ['violations'] })
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
}
