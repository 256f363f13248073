/** What is traced for each image, as globs of our own sources. What these import from packages is found by itself. */
export const imageContents = {
  api: ['api/**', 'core/**', 'workflows/**'],
  dispatcher: ['core/**', 'workflows/**'],
  bot: ['bot/**', 'api/client/**', 'api/contract/**', 'core/ground/runtime/**', 'workflows/**'],
  'preview-backend': ['infra/preview-backend/**', 'core/ground/runtime/**'],
  migrate: ['core/**', 'workflows/**', 'infra/cli/{backup,doctor,restore}.ts'],
} as const satisfies Record<string, readonly string[]>;

export type ImageName = keyof typeof imageContents;

export const isImageName = (name: string): name is ImageName => Object.hasOwn(imageContents, name);

/** Files of an installed package that are found by a name made at run time, which no trace can follow. */
export interface ExtraFiles {
  /** The link in the folder of who requires it. */
  package: string;
  files: readonly string[];
}

const ofCore: readonly ExtraFiles[] = [
  { package: 'core/node_modules/undici', files: ['**/*.js', 'package.json'] },
  // Its programs for Redis; without them each message would wait for the next look.
  { package: 'core/node_modules/bee-queue', files: ['lib/lua/*.lua'] },
  { package: 'core/node_modules/@tensorflow/tfjs-backend-wasm', files: ['dist/*.wasm'] },
];
const ofPreviews = 'infra/preview-backend/node_modules';

export const extraFiles: Record<ImageName, readonly ExtraFiles[]> = {
  api: [
    ...ofCore,
    {
      package: 'api/node_modules/swagger-ui-dist',
      files: ['package.json', 'swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'],
    },
  ],
  dispatcher: ofCore,
  migrate: ofCore,
  bot: [],
  'preview-backend': [
    { package: `${ofPreviews}/@tensorflow/tfjs-backend-wasm`, files: ['dist/*.wasm'] },
    ...['legacy', 'slim', 'medium'].map((size) => ({
      package: `${ofPreviews}/@upscalerjs/esrgan-${size}`,
      files: ['package.json', 'dist/cjs/**/*.js', 'models/**/*.{json,bin}'],
    })),
  ],
};

/** No part of an image, wherever it lies. The console is in it as it was built, without its sources. */
export const isLeftOut = (path: string): boolean =>
  /(^|\/)(node_modules|testing)\/|\.test\.tsx?$|\.md$|(^|\/)tsconfig[\w.]*\.json$/.test(path) ||
  /^api\/(ui|console\/(app|build))\//.test(path);
