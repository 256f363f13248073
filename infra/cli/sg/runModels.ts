import type { ApiClient } from '@star-graph/client/client';
import { describePageFiles, type PageClient } from '@star-graph/client/describePageFiles';
import type { BackendView, LackedModelView } from '@star-graph/contract/admin/backends';
import type { FetchListView } from '@star-graph/contract/admin/poolAgents';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { LaunchFailure, Usage } from '../../launcher/failure.ts';
import { readCall } from '../readCall.ts';
import { chooseFiles, describePage } from './fetchPage.ts';
import { type TryContext, tryModel } from './tryModel.ts';

export interface ModelsContext {
  client: PageClient &
    TryContext['client'] &
    Pick<
      ApiClient,
      | 'adminReadModelPage'
      | 'adminListBackends'
      | 'adminExamineBackend'
      | 'adminListModelFetches'
      | 'adminFetchModels'
    >;
  clock: Pick<Clock, 'sleep'>;
  say(line: string): void;
  confirm(question: string): Promise<boolean>;
  stopped: AbortSignal;
}

const usage = `npm run sg -- models                        the GPU servers, and whether they can fetch
npm run sg -- models gpu1                   what the shipped workflows want there, asked about, then fetched
  --workflow z-image                        only what this workflow wants; again for others
  --url vae/ae.safetensors=https://…        the address of a file, where none is proposed or another is meant
  --sha256 vae/ae.safetensors=…             what it must have, where its host does not say
  --page https://civitai.com/models/…       a model by its page on Civitai or Hugging Face, in place of what is missing
  --file ink.safetensors                    of a page: this file in place of the first; again for others
  --role moderator                          of a page: who may use it (user, moderator, admin); again for others
  --price 150                               of a page: per cent of the usual price
  --try                                     of a page: make one picture with it when it has come; costs what a picture costs
  --list                                    only say what is missing, or what the page says
  --yes                                     fetch without asking`;

interface WantedFile extends LackedModelView {
  workflows: readonly string[];
  url: string | undefined;
  sha256: string | undefined;
}

const betweenLooksMs = 2_000;

/** @returns whether everything that was asked for is there. @throws LaunchFailure with the way out. */
export async function runModels(
  context: ModelsContext,
  { values, positionals: [name] }: ReturnType<typeof readModelsCall>,
): Promise<boolean> {
  const { items } = await context.client.adminListBackends({ query: { limit: 100 } });
  if (name === undefined) return listServers(context, items);
  const backend = items.find((one) => one.name === name || one.id === name);
  if (!backend) throw new LaunchFailure(`There is no GPU server "${name}".\n${usage}`);
  if (values.page !== undefined) return runPage(context, backend, { ...values, page: values.page });
  const wanted = await listWanted(context, backend, values);
  if (wanted.length === 0) {
    context.say(`${backend.name} has every model file that was asked about.`);
    return true;
  }
  for (const file of wanted) context.say(describe(file));
  const known = wanted.filter(({ url }) => url !== undefined);
  const without = wanted.length - known.length;
  if (without > 0) context.say(`${without} of them have no address: give it by --url. They are left out.`);
  if (values.list || known.length === 0) return false;
  const size = inGigabytes(known.reduce((sum, { bytes = 0 }) => sum + bytes, 0));
  const question = `Fetch ${known.length} files, ${size} as far as it is known, from these addresses to ${backend.name}?`;
  if (!values.yes && !(await context.confirm(question))) return false;
  return (await order(context, backend, known)) && without === 0;
}

type OrderedFile = Pick<WantedFile, 'folder' | 'name'> & {
  url?: string | undefined;
  sha256?: string | undefined;
  bytes?: number | undefined;
};

/** @returns whether all of them came. */
async function order(
  context: ModelsContext,
  { id }: Pick<BackendView, 'id'>,
  files: readonly OrderedFile[],
): Promise<boolean> {
  const ordered = await context.client.adminFetchModels({
    params: { id },
    body: {
      files: files.map(({ folder, name, url = '', sha256, bytes }) => ({
        folder: folder as 'vae',
        name,
        url,
        ...(sha256 === undefined ? {} : { sha256 }),
        ...(bytes === undefined ? {} : { bytes }),
      })),
    },
  });
  return follow(context, id, files, ordered);
}

/** A model by its page: shown, confirmed, described, fetched. */
async function runPage(
  context: ModelsContext,
  backend: BackendView,
  values: ReturnType<typeof readModelsCall>['values'] & { page: string },
): Promise<boolean> {
  const page = await context.client.adminReadModelPage({ body: { url: values.page } });
  const chosen = chooseFiles(page, values.file ?? []);
  context.say(describePage(page, chosen));
  if (values.list) return false;
  const question = `Fetch ${chosen.length} of these files to ${backend.name}, with what the page says of them?`;
  if (!values.yes && !(await context.confirm(question))) return false;
  const roles = values.role as ('user' | 'moderator' | 'admin')[] | undefined;
  const pricePercent = values.price === undefined ? undefined : Number(values.price);
  await describePageFiles(context.client, page, chosen, { url: values.page, roles, pricePercent });
  if (!(await order(context, backend, chosen))) return false;
  if (!values.try) return true;
  const tried: boolean[] = [];
  for (const file of chosen) tried.push(await tryModel(context, file, page.triggerWords));
  return tried.every(Boolean);
}

/** What `npm run sg -- models` was called with. */
export function readModelsCall(args: readonly string[]) {
  const options = {
    workflow: { type: 'string', multiple: true },
    url: { type: 'string', multiple: true },
    sha256: { type: 'string', multiple: true },
    page: { type: 'string' },
    file: { type: 'string', multiple: true },
    role: { type: 'string', multiple: true },
    price: { type: 'string' },
    try: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
  } as const;
  const call = readCall(usage, { allowPositionals: true, options }, args);
  if (call.positionals.length > 1) throw new Usage(usage, 'Name one GPU server.');
  return call;
}

async function listServers(
  { client, say }: ModelsContext,
  backends: readonly BackendView[],
): Promise<boolean> {
  for (const { id, name, state } of backends) {
    const { agent, items } = await client.adminListModelFetches({ params: { id } });
    const open = items.filter((item) => item.state === 'waiting' || item.state === 'running').length;
    say(
      `${name}  ${state}  ${agent ? `agent seen ${agent.seenAt}` : 'no agent: make a code and join'}  ${open} on the way`,
    );
  }
  if (backends.length === 0) say('There is no GPU server yet.');
  return true;
}

async function listWanted(
  { client }: ModelsContext,
  { id }: BackendView,
  asked: { workflow?: string[]; url?: string[]; sha256?: string[] },
): Promise<WantedFile[]> {
  const { fault, lacks = [] } = await client.adminExamineBackend({ params: { id } });
  if (fault !== undefined) throw new LaunchFailure(fault);
  const urls = byFile(asked.url);
  const sums = byFile(asked.sha256);
  const wanted = lacks.flatMap(({ model, workflows }): WantedFile[] => {
    if (!model || (asked.workflow && !asked.workflow.some((one) => workflows.includes(one)))) return [];
    const key = `${model.folder}/${model.name}`;
    return [{ ...model, workflows, url: urls.get(key) ?? model.proposedUrl, sha256: sums.get(key) }];
  });
  const stray = [...urls.keys(), ...sums.keys()].find(
    (key) => !wanted.some(({ folder, name }) => `${folder}/${name}` === key),
  );
  if (stray !== undefined) throw new LaunchFailure(`Nothing that was asked for lacks ${stray}.`);
  return wanted;
}

/** `folder/name=value` each. */
const byFile = (pairs: readonly string[] = []): Map<string, string> =>
  new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 0) throw new LaunchFailure(`"${pair}" has no =.\n${usage}`);
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );

function describe({ folder, name, bytes, licence, url, workflows }: WantedFile): string {
  const mayBeSold = { yes: 'pictures may be sold', no: 'pictures may NOT be sold', unknown: 'read it first' };
  return [
    `${folder}/${name}`,
    `  size     ${bytes === undefined ? 'unknown until its host is asked' : inGigabytes(bytes)}`,
    `  licence  ${licence ? `${licence.name} (${mayBeSold[licence.mayBeSold]})` : 'not established: read the page of its authors'}`,
    `  from     ${url ?? 'no address is known'}`,
    `  for      ${workflows.join(', ')}`,
  ].join('\n');
}

const inGigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Says each change until all is over. Who stops looking stops nothing. */
async function follow(
  { client, clock, say, stopped }: ModelsContext,
  id: string,
  files: readonly Pick<WantedFile, 'folder' | 'name'>[],
  first: FetchListView,
): Promise<boolean> {
  const said = new Map<string, string>();
  for (let list = first; ; list = await client.adminListModelFetches({ params: { id } })) {
    const ours = list.items.filter((item) =>
      files.some(({ folder, name }) => item.folder === folder && item.name === name),
    );
    for (const item of ours) {
      const line = sayProgress(item);
      if (said.get(item.id) !== line) say(line);
      said.set(item.id, line);
    }
    if (ours.every(({ state }) => state !== 'waiting' && state !== 'running'))
      return ours.every(({ state }) => state === 'done');
    if (stopped.aborted) {
      say('The server goes on by itself; the same command looks again.');
      return false;
    }
    await clock.sleep(betweenLooksMs, stopped);
  }
}

function sayProgress({
  folder,
  name,
  state,
  bytes,
  bytesDone,
  fault,
  sha256,
}: FetchListView['items'][number]) {
  const share = bytes
    ? `${Math.floor((bytesDone / bytes) * 100)} % of ${inGigabytes(bytes)}`
    : inGigabytes(bytesDone);
  const words = {
    waiting: 'waits',
    running: share,
    done: `there, SHA-256 ${sha256}`,
    failed: 'failed',
    cancelled: 'called off',
  };
  return `${folder}/${name}: ${words[state]}${fault === undefined ? '' : `. ${fault}`}`;
}
