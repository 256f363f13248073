import { createHash } from 'node:crypto';
import { join } from 'node:path';
import preact from '@preact/preset-vite';
import { layerOrder, sayLayers } from '@star-graph/ui/sayLayers';
import type { HtmlTagDescriptor, InlineConfig, Plugin } from 'vite';

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

/** What a browser shows that was never here is the sign-in: it is fetched beside the script that will ask for it. */
const fetchSignIn: Plugin = {
  name: 'fetch-sign-in',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle = {} }) => {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const signIn = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith('/SignIn.tsx'));
      if (!signIn) throw new Error('the sign-in is no part of its own');
      const parts = chunks.filter(
        ({ fileName, isEntry }) =>
          !isEntry && (fileName === signIn.fileName || signIn.imports.includes(fileName)),
      );
      if (parts.some(({ moduleIds }) => moduleIds.some((id) => id.includes('/@zag-js/'))))
        throw new Error('the sign-in would wait for components that it has not');
      const styles = parts.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
      return [
        ...parts.map(({ fileName }) => link(fileName, { rel: 'modulepreload' })),
        ...styles.map((fileName) => link(fileName, { rel: 'preload', as: 'style' })),
      ];
    },
  },
};

const beginName = 'begin.js';

/**
 * Who was signed in here mostly begins with Create. A script of a few bytes asks for its parts beside the one that draws
 * the frame: only a script knows who was signed in, and the page may have none within it.
 */
const fetchCreate: Plugin = {
  name: 'fetch-create',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
    const create = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith('/CreateView.tsx'));
    if (!create) throw new Error('Create is no part of its own');
    const parts = chunks.filter(
      ({ fileName, isEntry }) =>
        !isEntry && (fileName === create.fileName || create.imports.includes(fileName)),
    );
    const scripts = parts.map(({ fileName }) => ({ rel: 'modulepreload', href: `/${fileName}` }));
    const styles = parts.flatMap(({ viteMetadata }) =>
      [...(viteMetadata?.importedCss ?? [])].map((name) => ({
        rel: 'preload',
        as: 'style',
        href: `/${name}`,
      })),
    );
    const source = `try{if(localStorage.getItem("signed-in")!==null&&/^\\/(create(\\/|$)|$)/.test(location.pathname))for(const part of ${JSON.stringify([...scripts, ...styles])})document.head.append(Object.assign(document.createElement("link"),{crossOrigin:""},part))}catch{}`;
    this.emitFile({ type: 'asset', name: beginName, source });
  },
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const begin = Object.values(bundle).find(
        (file) => file.type === 'asset' && file.names.includes(beginName),
      );
      if (!begin) throw new Error(`${beginName} is missing`);
      return [{ tag: 'script', attrs: { async: true, src: `/${begin.fileName}` }, injectTo: 'head-prepend' }];
    },
  },
};

const link = (fileName: string, attrs: Record<string, string>): HtmlTagDescriptor => ({
  tag: 'link',
  attrs: { ...attrs, crossorigin: true, href: `/${fileName}` },
  injectTo: 'head',
});

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
      fetchSignIn,
      fetchCreate,
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
