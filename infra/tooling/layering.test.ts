import { builtinModules } from 'node:module';
import { expect, test } from 'vitest';
import {
  listImports,
  listStaticImports,
  packageOf,
  readSourceFiles,
  resolveImport,
  type SourceFile,
} from './sourceFiles.ts';

const sources = readSourceFiles(/^(core|api|bot|extension|workflows|infra)\/.*\.(ts|tsx|mjs)$/);
const isTest = ({ path }: SourceFile) => /\.test\.tsx?$|\/testing\//.test(path);

interface Layer {
  /** Folders it consists of. */
  of: RegExp;
  /** Folders it may import from. */
  mayImport: RegExp;
  because: string;
}

/** First match counts, so the narrower layers stand first. */
const layers: readonly Layer[] = [
  {
    of: /^workflows\//,
    mayImport: /^workflows\//,
    because: 'workflows is the base that browsers load too',
  },
  {
    of: /^core\//,
    mayImport: /^(core|workflows)\//,
    because: 'core knows nothing of the doors in front of it',
  },
  {
    of: /^api\/contract\//,
    mayImport: /^(api\/contract|workflows)\//,
    because: 'the contract is what server, client and browsers share',
  },
  {
    // Its tests run it against a real server.
    of: /^api\/client\/(?!.*\.test\.ts$)/,
    mayImport: /^(api\/client|api\/contract|workflows)\//,
    because: 'the client runs in browsers and knows the contract only',
  },
  {
    of: /^api\/ui\/(?!.*\.test\.tsx?$)/,
    mayImport: /^(api\/ui|api\/contract|workflows)\//,
    because: 'console and extension share what only draws, and each reaches the platform in its own way',
  },
  {
    of: /^api\/console\/app\/(?!.*\.test\.tsx?$)/,
    mayImport: /^(api\/(console\/app|ui|client|contract)|workflows)\//,
    because: 'the console reaches the platform through the typed client',
  },
  {
    of: /^api\//,
    mayImport: /^(api|core|workflows)\//,
    because: 'nothing that is shipped imports infra, the bot or the extension',
  },
  {
    of: /^bot\/(testing\/|.*\.test\.ts$)/,
    mayImport: /^(bot|api|core|workflows)\//,
    because: 'tests of the bot start the platform that it serves, and nothing else',
  },
  {
    of: /^bot\//,
    mayImport: /^(bot|api\/client|api\/contract|core\/ground\/(runtime|telemetry)|workflows)\//,
    because: 'the bot reaches the platform through the typed client',
  },
  {
    of: /^extension\/i18n\/(?!.*\.test\.ts$)/,
    mayImport: /^extension\/(i18n|public\/_locales)\//,
    because: 'texts are the ground that every part of the extension stands on',
  },
  {
    of: /^extension\/ui\//,
    mayImport: /^(extension\/(ui|i18n)|api\/ui)\//,
    because: 'what only draws knows of texts and of nothing else',
  },
  {
    of: /^extension\/features\/page\/(?!.*\.test\.ts$)/,
    mayImport: /^(api\/ui|extension\/(i18n|ui|features\/(page|messaging|runs)))\//,
    because: 'what is in a page reaches the background by messages, and no account',
  },
  {
    of: /^extension\/features\/panel\/(?!.*\.test\.ts$)/,
    mayImport:
      /^(workflows\/(params|shared)|api\/(client|contract|ui)|extension\/(i18n|ui|features\/(panel|messaging|runs|session|page\/pictures)))\//,
    because: 'the pages of the extension reach the background by messages',
  },
  {
    of: /^extension\/features\/(messaging|runs|session)\/(?!.*\.test\.ts$)/,
    mayImport:
      /^(api\/(client|contract)|workflows\/shared|extension\/i18n|extension\/features\/(messaging|runs|session))\//,
    because: 'background, page and panel stand on what they share, not the other way round',
  },
  {
    // Its tests run it against a real platform.
    of: /^extension\/(?!testing\/|.*\.test\.tsx?$)/,
    mayImport: /^(extension|api\/(client|contract|ui)|workflows)\//,
    because: 'the extension reaches the platform through the typed client',
  },
  {
    of: /^infra\/preview-backend\/(testing\/|.*\.test\.ts$)/,
    mayImport: /^(infra\/preview-backend|core\/testing|workflows)\//,
    because: 'tests of the preview backend know the recordings and the workflows, and nothing else',
  },
  {
    of: /^infra\/preview-backend\//,
    mayImport: /^(infra\/preview-backend\/|core\/ground\/(runtime\/|errors\.ts$))/,
    because: 'the preview backend knows no more of the platform than ComfyUI does',
  },
];

test('every import follows the layers', () => {
  const faults = sources.flatMap((file) => {
    const layer = layers.find(({ of }) => of.test(file.path));
    if (!layer) return [];
    return listImports(file)
      .map((specifier) => resolveImport(file, specifier))
      .filter((target) => target !== undefined && !layer.mayImport.test(target))
      .map((target) => `${file.path} imports ${target}: ${layer.because}`);
  });
  expect(faults).toEqual([]);
});

/** The rooms of core from the ground up: each may import from those above it in this list. */
const coreRooms = [['ground'], ['comfy'], ['media'], ['money'], ['people'], ['library'], ['work'], ['desk']];

/** The same for the ground. */
const groundRooms = [
  ['encryption', 'errors.ts', 'telemetry'],
  ['runtime'],
  ['redis'],
  ['config'],
  ['db', 'sendMail.ts', 'storage'],
  ['audit.ts', 'mailer.ts', 'requireFittingKeys.ts'],
  ['storeHealth.ts'],
  ['settings'],
];

/** The same for the dispatcher: an attempt knows neither the owner of its backend nor the leader. */
const dispatchRooms = [
  [
    ...['backendMetrics.ts', 'dispatcherMetrics.ts', 'lease.ts', 'leasesPool.ts'],
    ...['planner', 'runTimes.ts', 'takenSlots.ts'],
  ],
  ['attempt'],
  ['upkeep'],
  ['backend', 'backendQueue.ts', 'leader'],
  ['sweeps', 'discovery', 'localDelivery.ts'],
  ['dispatcher.ts'],
  ['main.ts'],
];

test.each([
  ['core', coreRooms],
  ['core/ground', groundRooms],
  ['core/work/dispatch', dispatchRooms],
])('every import inside %s leads downwards', (folder, floors) => {
  const roomOf = (path: string) => path.slice(folder.length + 1).split('/')[0] ?? '';
  const heightOf = (path: string) => floors.findIndex((rooms) => rooms.includes(roomOf(path)));
  // A process is put together from all that it needs.
  const isMain = (path: string) => path.endsWith('/main.ts');
  const shipped = sources.filter((file) => file.path.startsWith(`${folder}/`) && !isTest(file));
  expect(shipped.filter(({ path }) => heightOf(path) === -1).map(({ path }) => path)).toEqual([]);
  const faults = shipped
    .filter(({ path }) => !isMain(path))
    .flatMap((file) =>
      listImports(file)
        .map((specifier) => resolveImport(file, specifier) ?? '')
        .filter((target) => target.startsWith(`${folder}/`) && roomOf(target) !== roomOf(file.path))
        .filter((target) => heightOf(target) >= heightOf(file.path))
        .map((target) => `${file.path} imports ${target}`),
    );
  expect(faults).toEqual([]);
});

test('no chain of imports leads back to its beginning', () => {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  const followed = new Set<string>();
  /** The chain from the repeated file to itself, where there is one. */
  function findCycle(file: SourceFile, chain: readonly string[]): string[] | undefined {
    if (chain.includes(file.path)) return [...chain.slice(chain.indexOf(file.path)), file.path];
    if (followed.has(file.path)) return undefined;
    for (const specifier of listStaticImports(file)) {
      const target = byPath.get(resolveImport(file, specifier) ?? '');
      const cycle = target && findCycle(target, [...chain, file.path]);
      if (cycle) return cycle;
    }
    followed.add(file.path);
    return undefined;
  }
  expect(sources.map((file) => findCycle(file, [])).filter((cycle) => cycle !== undefined)).toEqual([]);
});

test('a local import names the file as it is', () => {
  // Vitest finds `a.ts` for `a.js`, and Node does not.
  const faults = sources.flatMap((file) =>
    listImports(file)
      .filter((specifier) => /^\.{1,2}\/.*\.js$/.test(specifier))
      .map((specifier) => `${file.path} imports ${specifier}`),
  );
  expect(faults).toEqual([]);
});

test('packages import each other by name only', () => {
  const faults = sources.flatMap((file) =>
    listImports(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => resolveImport(file, specifier) ?? '')
      .filter((target) => packageOf(target) !== packageOf(file.path))
      .map((target) => `${file.path} reaches into ${target}`),
  );
  expect(faults).toEqual([]);
});

test('every package declares what it imports', () => {
  const declared = new Map(
    readSourceFiles(/(^|\/)package\.json$/).map(({ path, text }) => {
      const { name, dependencies, devDependencies } = JSON.parse(text);
      return [packageOf(path), new Set([name, ...Object.keys({ ...dependencies, ...devDependencies })])];
    }),
  );
  // The runner belongs to the workspace.
  const given = /^(node:|vitest(\/|$))/;
  // Holds imports in a text, to be read.
  const quotes = 'infra/tooling/sourceFiles.test.ts';
  const faults = sources.flatMap((file) =>
    (file.path === quotes ? [] : listImports(file))
      .filter((specifier) => !specifier.startsWith('.') && !given.test(specifier))
      .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'))
      .filter((name) => !declared.get(packageOf(file.path))?.has(name))
      .map((name) => `${file.path} imports ${name}`),
  );
  expect(faults).toEqual([]);
});

test('only core touches the database', () => {
  // Benchmarks and crash tests look inside on purpose; presenters may name the type of a row, not the model that queries.
  const models = /^import (?!type\b)[^;]*'@star-graph\/core\/ground\/db\/models\//m;
  const drivers = /^(knex|objection|mysql2)(\/|$)/;
  const faults = sources
    .filter((file) => !/^(core|infra\/lab)\//.test(file.path) && !isTest(file))
    .filter(
      (file) => models.test(file.text) || listImports(file).some((specifier) => drivers.test(specifier)),
    )
    .map(({ path }) => path);
  expect(faults).toEqual([]);
});

/** The entries, and every file that they load. */
function listLoaded(isEntry: (file: SourceFile) => boolean, own: Record<string, string> = {}): SourceFile[] {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  const loaded = new Set(sources.filter((file) => isEntry(file) && !isTest(file)));
  // A set hands out what is added while it is walked: this follows every import to its end.
  for (const file of loaded)
    for (const specifier of listImports(file)) {
      const target = byPath.get(own[specifier] ?? resolveImport(file, specifier) ?? '');
      if (target) loaded.add(target);
    }
  return [...loaded];
}

test('the bot loads nothing that knows the database', () => {
  const loaded = listLoaded(({ path }) => path.startsWith('bot/')).map(({ path }) => path);
  const ground = /^core\/ground\/(runtime\/|telemetry\/|encryption\/|errors\.ts$)/;
  expect(loaded.filter((path) => path.startsWith('core/') && !ground.test(path))).toEqual([]);
  expect(loaded).toContain('core/ground/runtime/clock.ts');
});

test('what browsers load uses nothing of Node', () => {
  // The package's own `browser` condition gives bundlers another entry.
  const loaded = listLoaded(
    ({ path }) => /^(api\/(contract|client|ui|console\/app)|extension(?!\/store\/))\//.test(path),
    {
      '@star-graph/workflows': 'workflows/browser.ts',
    },
  );
  const builtins = new Set(builtinModules);
  const faults = loaded.flatMap((file) => [
    ...listImports(file)
      .filter((specifier) => specifier.startsWith('node:') || builtins.has(specifier))
      .map((specifier) => `${file.path} imports ${specifier}`),
    ...(file.text.match(/\b(?:process\.env|Buffer\.\w+|__dirname)\b/g) ?? []).map(
      (word) => `${file.path} uses ${word}`,
    ),
  ]);
  expect(faults).toEqual([]);
  expect(loaded.length).toBeGreaterThan(0);
});

test('only main files, programs around the platform and tests read the environment', () => {
  // `confine.ts` keeps all of it but one name from a child.
  const mayRead =
    /(^|\/)main\.ts$|^core\/media\/sandbox\/confine\.ts$|^infra\/(cli|deploy|docs|launcher|tooling|lab)\/|\.config\.ts$/;
  const faults = sources
    .filter((file) => !mayRead.test(file.path) && !isTest(file))
    .filter(({ text }) => /\bprocess\.env\b/.test(text))
    .map(({ path }) => path);
  expect(faults).toEqual([]);
});

test('names say what a file holds', () => {
  const vague = /(^|\/)(utils?|helpers?|managers?|common|misc)(\.|\/)|(Utils?|Helpers?|Manager)\./i;
  expect(sources.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([]);
});

test('no literal is made only to be spread', () => {
  const faults = sources.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, at) => (/(?<!\{)\.{3}\{/.test(line) ? [`${path}:${at + 1}`] : [])),
  );
  expect(faults).toEqual([]);
});

test('modules export by name', () => {
  const wantsDefault =
    /\.config\.ts$|^infra\/tooling\/countReporter\.ts$|^extension\/entrypoints\/|^infra\/docs\/\.vitepress\//;
  const faults = sources
    .filter(({ path, text }) => !wantsDefault.test(path) && /^export default\b/m.test(text))
    .map(({ path }) => path);
  expect(faults).toEqual([]);
});
