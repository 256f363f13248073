import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { readSourceFiles } from '../tooling/sourceFiles.ts';
import { parseTestFileName } from '../tooling/testProjects.ts';
import { readGuarantees } from './guarantees.ts';

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
    /^(core\/(people\/identity|ground\/mail)|api\/(limits|middleware|console\/(signIn|share)|routes\/(auth|users|keys|delegates|everyOperation|rolePolicies)))/,
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

/** Tests that speak of parts inside, of what stands in for others, or of the project itself: counted, not read. */
const inner =
  /^(core\/(comfy|ground|library|media|testing)|api\/(client|contract|testing|ui)|bot\/testing|extension\/testing\/pages|workflows|infra\/(docs|lab|preview-backend|tooling))/;

/** A file begins with what it is there for; the rest is behind its link. */
const mostOfFile = 2;

interface Owner {
  path: string;
  /** Sentences that promise something to people or to operators. */
  promises: string[];
  /** How many further titles it has. */
  others: number;
  isNightly: boolean;
}

/** An asterisk or a tag in a title is text, not Markdown. */
const plain = (title: string): string => title.replaceAll(/[*_<>[\]`|]/g, String.raw`\$&`);

const sentence = (title: string): string => `${title.slice(0, 1).toUpperCase()}${plain(title.slice(1))}.`;

/** Unit tests hold parts to their word, and a title with an ellipsis is one case of many: neither reads as a promise. */
function readOwner({ path, text }: { path: string; text: string }): Owner {
  const file = parseTestFileName(path);
  const titles = [...readGuarantees(path, text)].flatMap(([group, own]) =>
    own.map((title) => (group === '' ? title : `${group} ${title}`)),
  );
  const isRead = file?.kind !== 'unit' && !inner.test(path);
  const promises = isRead
    ? titles
        .filter((title) => !title.includes('…'))
        .slice(0, mostOfFile)
        .map(sentence)
    : [];
  const isNightly = file?.isSlow === true || file?.kind === 'ops';
  return { path, promises, others: titles.length - promises.length, isNightly };
}

const owners = readSourceFiles(/^(core|api|bot|extension|workflows|infra)\/.*\.test\.tsx?$/)
  .map(readOwner)
  .toSorted((one, other) => (one.path < other.path ? -1 : 1));

const themeOf = (path: string): string | undefined => themes.find(([, paths]) => paths.test(path))?.[0];

function presentOwner({ path, promises, others, isNightly }: Owner): string {
  const link = others === 0 ? 'Tests' : `And ${others} more`;
  return `- ${promises.join(' ')} [${link}](../../${path})${isNightly ? ', nightly' : ''}\n`;
}

/** What is not read, with a link to each folder where it is. */
function presentOthers(owned: readonly Owner[]): string {
  if (owned.length === 0) return '';
  const sum = owned.reduce((all, { others }) => all + others, 0);
  const folders = new Set(owned.map(({ path }) => dirname(path).split('/').slice(0, 2).join('/')));
  const links = [...folders].map((folder) => `[${folder}](../../${folder})`);
  return `- ${sum} of parts inside and of single cases: ${links.join(', ')}\n`;
}

test('the page of guarantees has what each test promises to people and operators', async () => {
  expect(owners.filter(({ path }) => themeOf(path) === undefined).map(({ path }) => path)).toEqual([]);
  const sections = themes.map(([title]) => {
    const owned = owners.filter(({ path }) => themeOf(path) === title);
    const isRead = ({ promises }: Owner) => promises.length > 0;
    const silent = owned.filter((owner) => !isRead(owner));
    return `\n## ${title}\n\n${owned.filter(isRead).map(presentOwner).join('')}${presentOthers(silent)}`;
  });
  const prose = `# What the platform promises

Each sentence is the title of a test over the real database, servers or a browser, and the link leads to it and to what else its file holds. \`npm test\` runs them before each change; what is \`nightly\` is run by \`npm run test:all\`, every night and before a release. Tests of parts inside are counted at the end of their theme.

Written from the tests by a test (\`npx vitest run -u --config infra/tooling/vitest.config.ts infra/docs/guarantees\`), which only \`npm run test:all\` runs: a new title needs no line here at once.
`;
  const page = `${prose}${sections.join('')}`;
  expect(Buffer.byteLength(page)).toBeLessThan(100_000);
  await expect(page).toMatchFileSnapshot('./guarantees.md');
});

test('a file without a title that can be read promises nothing, and there is none', () => {
  const silent = owners.filter(({ promises, others }) => promises.length + others === 0);
  expect(silent.map(({ path }) => path)).toEqual([]);
});
