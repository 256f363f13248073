import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseInventory } from '@star-graph/core/comfy/answers/inventory';
import { Problem } from '@star-graph/core/ground/errors';
import { proposeWorkflow } from '@star-graph/core/library/workflows/proposal';
import { readCoreDefinitions } from '@star-graph/workflows/graph/coreDefinitions';
import { expect, test } from 'vitest';
import foreign from './testing/foreignGraphs.json' with { type: 'json' };

const page = './imports.md';
const head = '| graph | what is proposed, or why it is refused |\n|---|---|\n';

function tell(document: unknown): string {
  const rules = { isTaken: () => false, place: '/graph' } as const;
  try {
    const { manifest } = proposeWorkflow([parseInventory(readCoreDefinitions())], document, rules);
    const names = Object.keys(manifest.params.properties).join(', ') || 'nothing to choose';
    return `${manifest.outputKind}: ${names}`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `*Refused:* ${error.errors.map(({ message }) => message).join(' ')}`;
  }
}

test('the page has what becomes of each kind of foreign graph, and why one is refused', async () => {
  const text = await readFile(join(import.meta.dirname, page), 'utf8');
  const [prose = '', rest = ''] = text.split(head);
  const rows = Object.entries(foreign).map(([name, document]) => `| ${name} | ${tell(document)} |\n`);
  const after = rest.slice(rest.indexOf('\n\n') + 1);
  await expect(`${prose}${head}${rows.join('')}${after}`).toMatchFileSnapshot(page);
});
