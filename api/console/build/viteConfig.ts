import { createHash } from 'node:crypto';
import { join } from 'node:path';
import preact from '@preact/preset-vite';
import { layerOrder, sayLayers } from '@star-graph/ui/sayLayers';
import type { HtmlTagDescriptor, InlineConfig, Plugin, Rolldown } from 'vite';

type OutputBundle = Rolldown.OutputBundle;
type OutputChunk = Rolldown.OutputChunk;

const app = join(import.meta.dirname, '../app');

/**
 * Writes the styles of the beginning into the page, so that it is painted as soon as it has come. `serveConsole` names
 * their hash in the policy. Parts that are loaded later name their file among what they need: a link that is switched off
 * says that it is here, or it would come once more, behind the styles that it goes before.
 */
const writeStyles: Plugin = {
  name: 'write-styles',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle = {} }) =>
      html.replace(/<link rel="stylesheet"[^>]* href="\/([^"]+)">/g, (link, fileName: string) => {
        const file = bundle[fileName];
        if (file?.type !== 'asset') return link;
        return `<style>${layerOrder}${file.source}</style>${link.replace('>', ' disabled>')}`;
      }),
  },
};

const beginName = 'begin.js';

/**
 * What a browser shows that was never here is the sign-in, and who was signed in mostly begins with Create. A script of a
 * few bytes asks for the parts of either beside the one that draws the frame: only a script knows who was signed in, and
 * the page may have none within it. What both need the page names itself.
 */
const fetchView: Plugin = {
  name: 'fetch-view',
  generateBundle(_, bundle) {
    const signIn = partsOf(bundle, 'SignIn.tsx');
    if (signIn.some(({ moduleIds }) => moduleIds.some((id) => id.includes('/@zag-js/'))))
      throw new Error('the sign-in would wait for components that it has not');
    const create = partsOf(bundle, 'CreateView.tsx');
    const own = (parts: typeof create, others: typeof create) =>
      listLinks(parts.filter((part) => !others.includes(part)));
    const choose = `localStorage.getItem("signed-in")===null?${JSON.stringify(own(signIn, create))}:/^\\/(create(\\/|$)|$)/.test(location.pathname)?${JSON.stringify(own(create, signIn))}:[]`;
    const source = `try{for(const part of ${choose})document.head.append(Object.assign(document.createElement("link"),part))}catch{}`;
    this.emitFile({ type: 'asset', name: beginName, source });
  },
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const begin = Object.values(bundle).find(
        (file) => file.type === 'asset' && file.names.includes(beginName),
      );
      if (!begin) throw new Error(`${beginName} is missing`);
      const create = partsOf(bundle, 'CreateView.tsx');
      const both = partsOf(bundle, 'SignIn.tsx').filter((part) => create.includes(part));
      return [
        { tag: 'script', attrs: { async: true, src: `/${begin.fileName}` }, injectTo: 'head-prepend' },
        ...listLinks(both).map(
          (attrs): HtmlTagDescriptor => ({ tag: 'link', attrs: { ...attrs }, injectTo: 'head' }),
        ),
      ];
    },
  },
};

/** The scripts of a view, without the one that draws the frame. */
function partsOf(bundle: OutputBundle, name: string): OutputChunk[] {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
  const view = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${name}`));
  if (!view) throw new Error(`${name} is no part of its own`);
  return chunks.filter(
    ({ fileName, isEntry }) => !isEntry && (fileName === view.fileName || view.imports.includes(fileName)),
  );
}

const listLinks = (parts: readonly OutputChunk[]) => [
  ...parts.map(({ fileName }) => ({ rel: 'modulepreload', href: `/${fileName}`, crossOrigin: '' })),
  ...parts
    .flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])])
    .map((fileName) => ({ rel: 'preload', as: 'style', href: `/${fileName}`, crossOrigin: '' })),
];

/**
 * Small parts that most views share. Without a file of their own each would be one, and each view wait for twenty. A
 * dialog is no small part: the sign-in, which has none, would wait for it.
 */
const sharedParts =
  /\/lucide\/|\/api\/console\/app\/data\/(?!AskDialog|ActTables)|\/api\/ui\/(controls|feedback|icons|parts|texts)\/|\/api\/ui\/fields\/(Field|TextField|TextArea|NumberField|fieldLink)|\/api\/ui\/overlays\/(OverlayPlace|navigate)/;

/**
 * What Create shares with other views, in few parts: each part is a round trip on a line of few connections. What the
 * sign-in needs too stays with that.
 */
function joinShared() {
  const ofCreate = new Set<string>();
  const plugin: Plugin = {
    name: 'join-shared',
    buildEnd() {
      const listReached = (name: string): Set<string> => {
        const reached = new Set([...this.getModuleIds()].filter((id) => id.endsWith(name)));
        if (reached.size !== 1) throw new Error(`${name} is no part of its own`);
        for (const id of reached)
          for (const next of this.getModuleInfo(id)?.importedIds ?? []) reached.add(next);
        return reached;
      };
      const ofSignIn = listReached('/signIn/SignIn.tsx');
      for (const id of listReached('/create/CreateView.tsx'))
        if (!ofSignIn.has(id) && !id.includes('/node_modules/')) ofCreate.add(id);
    },
  };
  return { plugin, test: (id: string) => ofCreate.has(id) };
}

/** How the page is built: hashed files below `/console/`, and no script within the HTML, as its policy wants. */
export const viteConfig = (outDir: string): InlineConfig => {
  const shared = joinShared();
  return {
    configFile: false,
    root: app,
    base: '/',
    publicDir: join(app, 'public'),
    logLevel: 'warn',
    plugins: [
      preact({ devToolsEnabled: false, prefreshEnabled: false }),
      sayLayers,
      writeStyles,
      fetchView,
      shared.plugin,
    ],
    build: {
      outDir,
      emptyOutDir: true,
      assetsDir: 'console',
      assetsInlineLimit: 0,
      target: 'es2023',
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              { name: 'start', tags: ['$initial'], priority: 1 },
              { name: 'parts', test: sharedParts, minShareCount: 3 },
              {
                name: 'shared',
                test: shared.test,
                minShareCount: 2,
              },
            ],
          },
        },
      },
    },
  };
};

/**
 * The service worker, of one piece since a classic worker imports nothing. What it keeps is what the built page names:
 * its script, what that one needs at once, and the styles.
 */
export const workerConfig = (outDir: string, page: string): InlineConfig => ({
  configFile: false,
  root: app,
  logLevel: 'warn',
  define: {
    shellFiles: JSON.stringify(page.replace(/<link[^>]* disabled>/, '').match(/\/console\/[^"]+/g) ?? []),
    shellName: JSON.stringify(`shell-${createHash('sha256').update(page).digest('hex').slice(0, 16)}`),
  },
  build: {
    outDir,
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2023',
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: join(app, 'shell/serviceWorker.ts'),
      output: { format: 'iife', entryFileNames: 'sw.js' },
    },
  },
});
