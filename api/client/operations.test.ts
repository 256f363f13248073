import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { expect, test } from 'vitest';

const header = `import type { OperationId } from '@star-graph/contract/routes';

/** What the client has to know of an operation at run time; the contract itself would bring its validator along. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  /** Sent twice it has the effect of one. */
  readonly repeatable: boolean;
}

// Written by operations.test.ts from the contract; CONTRIBUTING.md has the command.
`;

test('the client knows every operation as the contract has it', async () => {
  const rows = Object.entries(routes as Record<string, RouteSpec>).map(
    ([operationId, { method, path, ...spec }]) => {
      // A quote changes nothing, and a generation is made once under its key.
      const repeatable =
        ['get', 'put', 'delete'].includes(method) ||
        spec.idempotent === true ||
        ['quote', 'quoteEach'].includes(operationId);
      return `  ${operationId}: { method: '${method}', path: '${path}', repeatable: ${repeatable} },\n`;
    },
  );
  const table = `export const operations = {\n${rows.join('')}} as const satisfies Record<OperationId, Operation>;\n`;
  await expect(`${header}${table}`).toMatchFileSnapshot('./operations.generated.ts');
});
