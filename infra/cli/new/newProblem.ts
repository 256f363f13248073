import type { FirstVersion } from './writeFirstVersion.ts';

const status = 409;
const title = 'A few words on what is wrong';

/** An entry and its page. */
export function newProblem(code: string): FirstVersion {
  const key = /-/.test(code) ? `'${code}'` : code;
  return {
    files: {
      [`infra/docs/problems/${code}.md`]: `# ${code}

${title}.

| | |
|---|---|
| Type | \`urn:star-graph:problem:${code}\` |
| HTTP status | ${status} |
| The same request may succeed later | no |

## What happened

A sentence on what the person did and what stood against it.

## What to do

A sentence on the way out, or that there is none.
`,
    },
    lines: [
      {
        path: 'workflows/shared/problems.ts',
        before: '} as const satisfies',
        text: `  ${key}: { title: '${title}', status: ${status}, retryable: false },\n`,
      },
    ],
    next: [
      'Correct title, status and retryable, there and on the page.',
      'Write its sentence in both languages into workflows/shared/problemTexts.ts: npm run typecheck asks for it.',
      'npx vitest run -u --config infra/tooling/vitest.config.ts api/transport writes the list of pages.',
    ],
  };
}
