import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { listStale, tellStale } from '../translation.ts';

/*
 * The documentation as a site: `npm run docs:build`. Its pages are the files of this folder as they are, so it adds only
 * what reads them otherwise than a forge does: an order, anchors, and links that would lead out of the folder.
 */

const folder = join(import.meta.dirname, '..');

const star = readFileSync(join(folder, '../../api/console/app/public/star.svg'), 'utf8');

/** What belongs together. A page that is in none of them comes last. */
const groups = {
  'For people': [
    'first-pictures',
    'console',
    'create',
    'canvas',
    'pictures',
    'console-views',
    'bot',
    'extension',
    'credits',
    'personal-data',
    'changelog',
  ],
  'Set up': [
    'operators-guide',
    'launcher',
    'containers',
    'systemd',
    'kubernetes',
    'nginx',
    'gpu-machines',
    'rented-servers',
    'discovery',
    'imports',
  ],
  Operate: [
    'operating',
    'settings',
    'people',
    'safety',
    'payments',
    'sign-in',
    'second-factor',
    'keys',
    'service-keys',
    'who-may-what',
    'backup',
    'upgrades',
    'releases',
    'high-availability',
    'scaling',
    'costs',
  ],
  Observe: ['doctor', 'troubleshooting', 'observability', 'metrics', 'logs', 'tracing'],
  Models: ['models', 'workflows', 'engines', 'preview-backend'],
  'Other programs': ['clients', 'events'],
  'How it works': [
    'architecture',
    'planner',
    'task-moves',
    'security',
    'decisions',
    'rules',
    'glossary',
    'bench',
    'chaos',
    'guarantees',
    'what-was-run',
  ],
};
const folders = { 'Other programs': 'doors', Observe: 'runbooks', 'How it works': 'problems' };

/** @param {string} page */
const readPage = (page) => readFileSync(join(folder, `${page}.md`), 'utf8');
/** @param {string} page */
const titleOf = (page) => /^# (.+)$/m.exec(readPage(page))?.[1] ?? page;
/** @param {string} page */
const itemOf = (page) => ({ text: titleOf(page), link: `/${page}` });

/** @param {string} name */
function listFolder(name) {
  const pages = readdirSync(join(folder, name)).filter(
    (file) => file.endsWith('.md') && file !== 'README.md',
  );
  const items = pages.map((file) => itemOf(`${name}/${file.slice(0, -'.md'.length)}`));
  return { text: titleOf(`${name}/README`), link: `/${name}/README`, collapsed: true, items };
}

/** The pages that people read in Chinese too, in the order of both sidebars. */
const translated = [
  ...['index', ...groups['For people']].filter((page) => existsSync(join(folder, 'zh', `${page}.md`))),
  ...readdirSync(join(folder, 'zh/doors'))
    .map((file) => `doors/${file.slice(0, -'.md'.length)}`)
    .sort(),
];

const chineseSidebar = [
  {
    text: '使用',
    items: translated.filter((page) => !page.includes('/')).map((page) => itemOf(`zh/${page}`)),
  },
  {
    text: '其他程序',
    items: translated.filter((page) => page.includes('/')).map((page) => itemOf(`zh/${page}`)),
  },
];

for (const page of translated)
  for (const section of listStale(readPage(`zh/${page}`), readPage(page)))
    console.warn(`infra/docs/zh/${page}.md: ${section}`);

function listSidebar() {
  const all = readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -'.md'.length));
  const named = new Set(['index', ...Object.values(groups).flat()]);
  const rest = all.filter((page) => !named.has(page));
  const grouped = Object.entries(groups).map(([text, pages]) => ({
    text,
    collapsed: text !== 'For people' && text !== 'Set up',
    items: [
      ...pages.map(itemOf),
      ...(text in folders ? [listFolder(folders[/** @type {keyof typeof folders} */ (text)])] : []),
    ],
  }));
  return [
    itemOf('index'),
    ...grouped,
    ...(rest.length > 0 ? [{ text: 'More', collapsed: true, items: rest.map(itemOf) }] : []),
  ];
}

/** As a forge names the anchors of headings, so links mean the same in both places. @param {string} heading */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
    .replaceAll(' ', '-');

/** A link to a file that is no page here keeps its words. @param {any} md */
function keepLinksInside(md) {
  md.core.ruler.push('links-inside', (/** @type {any} */ { tokens, env }) => {
    const isOutside = (/** @type {string} */ href) => {
      if (/^(\w+:|#)/.test(href)) return false;
      const path = posix.join(posix.dirname(env.relativePath), href.replace(/#.*/, ''));
      return path.startsWith('..') || !/\.(md|svg|webp|png)$/.test(path) || !existsSync(join(folder, path));
    };
    for (const { children } of tokens) {
      let isDropped = false;
      for (const token of children ?? []) {
        if (token.type === 'link_open') isDropped = isOutside(token.attrGet('href') ?? '');
        if (!isDropped || !token.type.startsWith('link_')) continue;
        token.tag = 'span';
        token.attrs = null;
      }
    }
  });
}

/** Chinese with a space between its words, which it does not have. Runs in browsers too. */
const words = (/** @type {string} */ text) =>
  Array.from(new Intl.Segmenter('zh', { granularity: 'word' }).segment(text), ({ segment }) => segment).join(
    '\u2009',
  );

/** @param {string} id @param {string} code @param {string} part @param {string} by */
function replaceIn(id, code, part, by) {
  if (!code.includes(part)) throw new Error(`${id} is written in another way now`);
  return code.replace(part, by);
}

export default {
  base: process.env.DOCS_BASE ?? '/docs/guide/',
  // Where the API looks for it.
  outDir: process.env.DOCS_FOLDER ?? '../../api/pages/dist',
  srcExclude: ['node_modules/**'],
  title: 'Star-Graph',
  description: 'AI pictures and films for many people, on your own ComfyUI servers',
  metaChunk: true,
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(star)}` }]],
  ignoreDeadLinks: 'localhostLinks',
  locales: {
    root: { label: 'English', lang: 'en' },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: '用自己的 ComfyUI 服务器，为许多人生成图片和视频',
      themeConfig: {
        sidebar: chineseSidebar,
        nav: [],
        outline: { level: [2, 3], label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        lightModeSwitchTitle: '切换到浅色',
        darkModeSwitchTitle: '切换到深色',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '切换语言',
        skipToContentLabel: '跳到正文',
        notFound: {
          title: '没有这一页',
          quote: '链接可能有误，或者这一页已经移走。',
          linkText: '回到首页',
          linkLabel: '回到首页',
        },
      },
    },
  },
  themeConfig: {
    translated: translated.map((page) => `${page}.md`),
    nav: [{ text: 'API', link: '/docs', target: '_self' }],
    sidebar: listSidebar(),
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: {
        _render: (/** @type {string} */ source, /** @type {any} */ env, /** @type {any} */ md) => {
          const html = md.render(source, env);
          return env.relativePath.startsWith('zh/') ? html.replaceAll(/\p{Script=Han}+/gu, words) : html;
        },
        locales: {
          zh: {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                displayDetails: '显示详细内容',
                resetButtonTitle: '清除',
                backButtonTitle: '关闭搜索',
                noResultsText: '没有找到',
                footer: { selectText: '选择', navigateText: '移动', closeText: '关闭' },
              },
            },
          },
        },
      },
    },
  },
  markdown: {
    languageAlias: { caddyfile: 'nginx', promql: 'sql' },
    anchor: { slugify: anchorOf },
    config: keepLinksInside,
  },
  vite: {
    plugins: [
      {
        name: 'pages-and-search',
        enforce: 'pre',
        transform(/** @type {string} */ code, /** @type {string} */ id) {
          if (id.endsWith('.md')) {
            const [, page] = /^zh\/(.+)\.md$/.exec(relative(folder, id)) ?? [];
            const told =
              page === undefined
                ? code
                : tellStale(code, readPage(page), '英文页的这一节已有改动，译文尚未跟上。');
            // Only what begins with a dot is taken for a file beside the page.
            return told.replaceAll(/\b(src|srcset)="(?=images\/)/g, '$1="./');
          }
          // The other language of a page that has none is the beginning.
          if (id.endsWith('/composables/langs.js'))
            return replaceIn(
              id,
              code,
              '!== false && correspondingLink',
              "$& && (key === 'root' || theme.value.translated.includes(page.value.relativePath))",
            );
          if (!id.endsWith('/VPLocalSearchBox.vue')) return undefined;
          // What is searched for is split as the index is.
          return replaceIn(
            id,
            code.replace('<script lang="ts" setup>', `$&\nconst words = ${words};`),
            '.search(filterTextValue)',
            '.search(filterTextValue.replaceAll(/\\p{Script=Han}+/gu, words))',
          );
        },
      },
    ],
  },
};
