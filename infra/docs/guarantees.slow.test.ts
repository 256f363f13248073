import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { readSourceFiles } from '../tooling/sourceFiles.ts';
import { nameTestProject, parseTestFileName } from '../tooling/testProjects.ts';
import { type Guarantees, readGuarantees } from './testing/guarantees.ts';

/** The first that fits a file's path has it. */
const themes: readonly (readonly [title: string, paths: RegExp])[] = [
  ['Tasks', /^(core\/work\/tasks|api\/(routes\/tasks|queueBounds))/],
  ['Placement, and runs on ComfyUI servers', /^core\/(work\/dispatch|comfy)/],
  ['Credits and payments', /^(core\/(money|people\/guilds)|api\/routes\/(payments|guilds))/],
  [
    'Workflows, engines and models',
    /^(workflows|core\/library\/(catalogue|workflows)|api\/routes\/(catalogue|models))/,
  ],
  ['Pictures, videos and storage', /^(core\/(media|library\/assets|ground\/storage)|api\/routes\/assets)/],
  ['Events and webhooks', /^(core\/work\/events|api\/(stomp|client))/],
  [
    'People, sign-in and keys',
    /^(core\/(people\/identity|ground\/mail)|api\/(limits|middleware|console\/(signIn|share)|routes\/(auth|users|keys|delegates|whoMay|rolePolicies)))/,
  ],
  ['Safety', /^(core\/people\/safety|api\/routes\/(safety|wordRules))/],
  [
    'Administration',
    /^(core\/desk\/(people|pool|queue|audit|statistics|announcements)|api\/routes\/(admin|settings))/,
  ],
  [
    'Personal data, backups, secrets',
    /^(core\/(ground\/db|ground\/encryption|people\/signingKeys|desk\/(backup|retention|doctor))|api\/routes\/(backups|erasure|export))/,
  ],
  ['Doors for other programs', /^api\/doors/],
  ['The console', /^api\/(console|ui)/],
  ['The API', /^(api|core)/],
  ['The Discord bot', /^bot/],
  ['The browser extension', /^extension/],
  ['The preview backend', /^infra\/preview-backend/],
  ['Failures on purpose', /^infra\/lab/],
  ['The command line', /^infra\/cli/],
  ['Installing and operating', /^infra\/(launcher|deploy|tooling\/release)/],
  ['What the documentation says', /^infra\/docs/],
  ['The project’s own rules', /^infra/],
];

const files = readSourceFiles(/^(core|api|bot|extension|workflows|infra)\/.*\.test\.tsx?$/)
  .map(({ path, text }) => ({ path, guarantees: readGuarantees(path, text) }))
  .toSorted((one, other) => (one.path < other.path ? -1 : 1));

const themeOf = (path: string): string | undefined => themes.find(([, paths]) => paths.test(path))?.[0];

/** An asterisk or a tag in a title is text, not Markdown. */
const plain = (title: string): string => title.replaceAll(/[*_<>[\]`|]/g, String.raw`\$&`);

function presentFile({ path, guarantees }: { path: string; guarantees: Guarantees }): string {
  const file = parseTestFileName(path);
  const name = basename(path)
    .replace(`${file?.suffixes}.test`, '')
    .replace(/\.tsx?$/, '');
  const groups = [...guarantees].map(([group, titles]) => {
    const said = titles.map(plain).join('; ');
    return group === '' ? said : `*${plain(group)}* ${said}`;
  });
  return `- [${name}](../../${path}) (${file && nameTestProject(file).replace('-alone', '')}): ${groups.join('; ')}\n`;
}

test('the page of guarantees has the title of every test', async () => {
  expect(files.filter(({ path }) => themeOf(path) === undefined).map(({ path }) => path)).toEqual([]);
  const sections = themes.map(([title]) => {
    const owned = files.filter(({ path }) => themeOf(path) === title);
    return `\n## ${title}\n\n${owned.map(presentFile).join('')}`;
  });
  const contents = themes.map(([title]) => title).join(' · ');
  const prose = `# What the platform promises

Each sentence is the title of a test, and stands behind the name of the file that owns it and when it is checked: \`unit\`, \`services\` and \`browser\` by \`npm test\`, \`slow-…\` and \`ops\` by \`npm run test:all\` before a release and every night. In italics: what the following sentences are about. An ellipsis stands for one of several cases.

${contents}

Written by a test from the tests (\`npx vitest run -u --config infra/tooling/vitest.config.ts infra/docs/guarantees\`), which only \`npm run test:all\` runs: a new title needs no line here at once.
`;
  await expect(`${prose}${sections.join('')}`).toMatchFileSnapshot('./guarantees.md');
});

test('a file without a title that can be read promises nothing, and there is none', () => {
  expect(files.filter(({ guarantees }) => guarantees.size === 0).map(({ path }) => path)).toEqual([]);
});
