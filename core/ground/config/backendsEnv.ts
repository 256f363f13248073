import { backendCredentialsSchema } from '@star-graph/workflows/shared/backendCredentials';
import { z } from 'zod';
import { isOrigin, isUrl, isWholeUrl, isWithoutUser, list, listOf, web, whole } from './values.ts';

const isBackendUrl = (text: string): boolean => {
  if (!isUrl(text, web) || !isWholeUrl(text)) return false;
  const { search, hash } = new URL(text);
  return search === '' && hash === '';
};

/** Each kind has its own syntax, which the dispatcher reads. */
const discoverySource = /^(dns\+(a|aaaa|srv)|kubernetes):\/\/\S+$/;

const backendCredentials = z.string().transform((text, context) => {
  try {
    const read = z
      .record(z.string().refine(isBackendUrl), backendCredentialsSchema)
      .safeParse(JSON.parse(text));
    if (read.success && Object.keys(read.data).every(isWithoutUser)) return read.data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  context.addIssue({
    code: 'custom',
    message:
      'must be JSON by address: {"http://gpu1:8188": {"kind": "bearer", "token": "…"}}, or "kind" "basic" with "username" and "password", or "header" with "headers"',
  });
  return z.NEVER;
});

const tokenByHost = z.string().transform((text, context) => {
  const pairs = text.split(',').flatMap((pair) => {
    const [host = '', ...token] = pair.split('=').map((part) => part.trim());
    return pair.trim() === '' ? [] : [[host, token.join('=')] as const];
  });
  if (pairs.every(([host, token]) => /^[\w.:-]+$/.test(host) && /^[\x21-\x7e]+$/.test(token)))
    return Object.fromEntries(pairs);
  context.addIssue({
    code: 'custom',
    message: 'must be pairs of host and token, comma-separated: huggingface.co=hf_…,civitai.com=…',
  });
  return z.NEVER;
});

const siteOrigin = (usual: string) =>
  z
    .string()
    .refine(isOrigin, { message: `must be an address without a path, such as ${usual}` })
    .default(usual);

/** The pool of ComfyUI servers. */
export const backendsEnv = {
  COMFYUI_URLS: listOf(
    isBackendUrl,
    'must be addresses of HTTP servers, such as http://10.0.0.7:8188, without ? and #; in a user name and a password write %2C for a comma, %40 for @, %2F for /, %3F for ?, %23 for #',
  ).describe(
    'All ComfyUI servers, comma-separated, such as http://10.0.0.7:8188 or https://user:password@gpu.example/comfy: others that it named before leave the pool; unset: the preview backend',
  ),
  COMFYUI_DISCOVERY: listOf(
    (text) => discoverySource.test(text) && text.length <= 255,
    'must be sources such as dns+a://comfyui.gpu.svc.cluster.local:8188, dns+srv://_comfyui._tcp.example or kubernetes://namespace/service',
  ).describe(
    'Where ComfyUI servers that come and go are found, comma-separated: dns+a://name:port, dns+aaaa://name:port, dns+srv://_service._tcp.name, kubernetes://namespace/service; unset: nowhere',
  ),
  COMFYUI_DISCOVERY_SECONDS: whole(10, 1, 3_600).describe('Seconds between two looks there'),
  COMFYUI_DISCOVERY_GRACE_SECONDS: whole(60, 0, 86_400).describe(
    'Seconds for which a server may be missing there before it leaves the pool',
  ),
  COMFYUI_CREDENTIALS: backendCredentials
    .optional()
    .describe(
      'Credentials by address, as JSON: {"http://gpu1:8188": {"kind": "bearer", "token": "…"}, "http://gpu2:8188": {"kind": "header", "headers": {"X-Key": "…"}}}',
    ),
  COMFYUI_CA_FILE: z
    .string()
    .optional()
    .describe(
      'PEM file with certificates of authorities that ComfyUI servers may be certified by, beside the usual ones',
    ),
  HUGGINGFACE_URL: siteOrigin('https://huggingface.co').describe(
    'Where pages of models on Hugging Face are read: the site, or a mirror of it',
  ),
  CIVITAI_URL: siteOrigin('https://civitai.com').describe(
    'Where pages of models on Civitai are read: the site, or a mirror of it',
  ),
  MODEL_HOST_TOKENS: tokenByHost
    .optional()
    .describe(
      'Your keys by host, comma-separated: huggingface.co=hf_…,civitai.com=…; a key goes to its host alone; unset: pages that everybody may read',
    ),
  WAIT_FOR_SERVER_SECONDS: whole(120, 0, 7 * 86_400).describe(
    'Seconds for which requests are accepted while every ComfyUI server that could run them is away; 0: not at all',
  ),
  COMFYUI_INPUT_DIRS: list.describe(
    'Input folders of ComfyUI servers that the dispatchers see, comma-separated: old files of ours are removed; unset: none',
  ),
  COMFYUI_OUTPUT_DIRS: list.describe('The same for output folders'),
  COMFYUI_FILES_HOURS: whole(48, 1, 24 * 365).describe(
    'Hours after which such a file is removed, if no unfinished task may need it',
  ),
  RECYCLE_AFTER_HOURS: whole(0, 0, 24 * 365).describe(
    'Hours after which a ComfyUI server is drained, freed and, with RESTART_HOOK, restarted; 0: never',
  ),
  RECYCLE_MEMORY_GROWTH_MB: whole(0, 0, 10_000_000).describe(
    'The same once it keeps so many megabytes more than when it was fresh; 0: never',
  ),
  RESTART_HOOK: z.string().optional().describe('Restarts ComfyUI: an address to post to, or a program'),
  RENT_DSTACK_URL: z
    .string()
    .refine(isBackendUrl, {
      message: 'must be the address of a dstack server, such as https://dstack.example',
    })
    .optional()
    .describe('dstack server that GPU servers by the hour are rented through; unset: none are'),
  RENT_DSTACK_TOKEN: z.string().optional().describe('Token of a user of that server'),
  RENT_DSTACK_PROJECT: z
    .string()
    .regex(/^[\w-]{1,50}$/)
    .default('main')
    .describe('Its project'),
  RENT_CONFIGURATION: z
    .string()
    .optional()
    .describe('YAML file with the dstack task that starts ComfyUI and joins the pool'),
  RENT_NAME: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, { error: 'must be small letters, digits and hyphens, 20 at most' })
    .default('star-graph')
    .describe('Begins the names of rented machines, before what stands for PUBLIC_URL'),
  RENT_MOST: whole(2, 1, 100).describe('Most GPU servers that are rented at once'),
  RENT_BUDGET_PER_DAY: z.coerce
    .number({ error: 'must be a number of dollars' })
    .min(0)
    .max(100_000)
    .default(10)
    .describe('Most dollars that they cost a day, by UTC'),
  RENT_IDLE_MINUTES: whole(10, 1, 1_440).describe('Minutes without work after which one is given back'),
  RENT_START_MINUTES: whole(6, 1, 120).describe(
    'Minutes from the order of one to its first task: further ones are started for as much work',
  ),
};
