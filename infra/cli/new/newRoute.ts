import type { FirstVersion } from './writeFirstVersion.ts';

/** The table of routes is named after its room, in the singular. */
const tableOf = (room: string): string => (room === 'auth' ? room : room.replace(/s$/, ''));
const toKebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** An operation without parameters for a person who is signed in, or for administrators, and its handler. */
export function newRoute(place: string): FirstVersion {
  const [room = '', operation = ''] = place.split('/');
  const creator = `create${operation.charAt(0).toUpperCase()}${operation.slice(1)}Handler`;
  const file = `${room}/${operation}Handler.ts`;
  return {
    files: {
      [`api/routes/${file}`]: `import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';

export const ${creator} = (_deps: Pick<ApiDeps, 'database'>) =>
  defineHandlers({
    async ${operation}() {
      return undefined;
    },
  });
`,
    },
    lines: [
      {
        path: `api/contract/${room}/${tableOf(room)}Routes.ts`,
        before: '};',
        text: entryOf(room, operation),
      },
      {
        path: 'api/routes/createHandlers.ts',
        before: 'import type { Handlers }',
        text: `import { ${creator} } from './${file}';\n`,
      },
      { path: 'api/routes/createHandlers.ts', before: '});', text: `  ...${creator}(deps),\n` },
    ],
    next: [
      'Describe method, path, schemas and answer; let the handler call one function of core; write its test.',
      'npm run fix sorts the imports.',
      "npx vitest run -u --config infra/tooling/vitest.config.ts api/client/operations.test.ts writes the client's table.",
    ],
  };
}

/** Where a room stands under another heading of the documentation. */
const tags: Readonly<Record<string, string>> = { platform: 'operation', safety: 'assets' };

const entryOf = (room: string, operation: string): string =>
  room === 'admin'
    ? `  ${operation}: adminRoute('${toKebab(operation)}', {
    method: 'post',
    summary: 'What it does, in a few words',
    success: { status: 204, description: 'Done' },
  }),
`
    : `  ${operation}: route({
    method: 'post',
    path: '/api/v1/${toKebab(operation)}',
    auth: 'user',
    tag: '${tags[room] ?? room}',
    summary: 'What it does, in a few words',
    success: { status: 204, description: 'Done' },
  }),
`;
