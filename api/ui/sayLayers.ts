import type { Plugin } from 'vite';

/**
 * The order in which layers win is that of their first mention. Styles of shared parts are files of their own, and the
 * first one to be loaded would decide: so each file says the order.
 */
export const layerOrder = '@layer reset, ui, app;';

/** For the build of every page that is made of components. */
export const sayLayers: Plugin = {
  name: 'say-layers',
  enforce: 'post',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'asset' && file.fileName.endsWith('.css'))
        file.source = `${layerOrder}${file.source}`;
    }
  },
};
