import { presentFault } from '@star-graph/api/doors/mcp/presentFault';
import { Problem } from '@star-graph/core/ground/errors';
import { expect, test } from 'vitest';
import { readSourceFiles } from './sourceFiles.ts';

/** Whose sentences no tool of an assistant can pass on. */
const unheard: Readonly<Record<string, string>> = {
  'api/routes/catalogue/modelHandlers.ts': 'administrators change the catalogue',
  'core/desk/people/passwordReset.ts': 'administrators reset passwords',
  'core/desk/people/secondFactor.ts': 'administrators take away second factors',
  'core/desk/pool/warmUp.ts': 'administrators load models',
  'core/work/dispatch/backend/registerBackends.ts': 'a log, for operators',
  'core/work/dispatch/discovery/discovery.ts': 'a log, for operators',
  'core/desk/chores.ts': 'a log, for operators',
  'core/desk/doctor/pool.ts': 'the doctor, for operators',
  'core/people/identity/caller.ts': 'refused before a tool is called',
  'core/desk/retention/closeAccount.ts': 'people delete their accounts themselves',
  'workflows/manifest/parseGraph.ts': 'administrators import graphs',
  'workflows/graph/checkOwnGraph.ts': 'clients of ComfyUI send graphs of their own',
  'workflows/shared/liveSettings.ts': 'administrators change settings',
};

const route = /\b(GET|POST|PUT|PATCH|DELETE) \/|\/api\//;
const literal = /(['"`])((?:(?!\1).)+)\1/g;
const isComment = (line: string) => /^\s*(\/\/|\/?\*)/.test(line);

/** Texts of more than an address that name a route, by their file. */
const naming = readSourceFiles(
  /^(core|workflows|api\/(routes|middleware|limits|problems|doors\/(mcp|tasks|pictures|models)))\/(?!.*(\.test\.ts|\/testing\/)).*\.ts$/,
)
  .filter(({ path }) => path !== 'api/doors/mcp/presentFault.ts')
  .map(({ path, text }) => {
    const code = text.split('\n').filter((line) => !isComment(line));
    const texts = code.flatMap((line) => [...line.matchAll(literal)].map(([, , said = '']) => said));
    return { path, sentences: texts.filter((said) => route.test(said) && /[A-Za-z] [a-z]/.test(said)) };
  })
  .filter(({ sentences }) => sentences.length > 0);

const asRead = (said: string) =>
  JSON.stringify(
    presentFault(new Problem('invalid-params', said, { errors: [{ pointer: '/a', message: said }] })),
  );

test('no sentence that an assistant gets names a route', () => {
  const passedOn = naming
    .filter(({ path }) => !Object.hasOwn(unheard, path))
    .flatMap(({ sentences }) => sentences);
  expect(passedOn.length).toBeGreaterThan(3);
  expect(passedOn.filter((said) => route.test(asRead(said)))).toEqual([]);
});

test('whose sentences assistants do not get still name routes', () => {
  const paths = naming.map(({ path }) => path);
  expect(Object.keys(unheard).filter((path) => !paths.includes(path))).toEqual([]);
});
