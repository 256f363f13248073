import { createSound, createTwoColours, createVideo } from '@star-graph/core/testing/pictures';
import { currentBuiltins } from '@star-graph/workflows/builtin';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { type FileKind, isFileKind } from '@star-graph/workflows/shared/mediaKinds';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { isTypable } from './components/forms/settingsText.ts';
import { settingsId } from './components/forms/workflowForm.ts';
import { en } from './replies/texts/en.ts';
import { eventually } from './testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from './testing/botWorld.ts';
import type { Person } from './testing/discord/payloads.ts';
import type { Act, AttachedFile, FieldValue } from './testing/discord/standIn.ts';
import type { StoredChannel, StoredMessage } from './testing/discord/state.ts';
import { answered, taskIdOf, titleOf } from './testing/reading.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

let world: BotWorld;
let photo: AttachedFile;
let mask: AttachedFile;
let files: Record<FileKind, AttachedFile>;
beforeAll(async () => {
  world = await createBotWorld();
  const [width, height] = [256, 256];
  const picture = await createTwoColours(width, height).png().toBuffer();
  photo = { filename: 'photo.png', contentType: 'image/png', bytes: picture };
  const white = await sharp({ create: { width: 128, height, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  const marked = await sharp({ create: { width, height, channels: 3, background: 'black' } })
    .composite([{ input: white, left: 0, top: 0 }])
    .png()
    .toBuffer();
  mask = { ...photo, filename: 'mask.png', bytes: marked };
  files = {
    image: photo,
    video: { filename: 'film.mp4', contentType: 'video/mp4', bytes: createVideo('mp4') },
    audio: { filename: 'sound.mp3', contentType: 'audio/mpeg', bytes: createSound('mp3') },
  };
});
afterAll(() => world[Symbol.asyncDispose]());

interface Component {
  custom_id: string;
  type: number;
  max_values?: number;
}
const [list, fileUpload] = [3, 19];
/** All at once would wait so long that the bot says so. */
const atOnce = 5;
/** Pressed again while the list of workflows comes too late for a form. */
const openedBy = (press: () => Act) =>
  patiently(async () => {
    const { interaction } = press();
    await eventually(() => expect(interaction.callback).toBeDefined());
    expect(interaction.callback?.type).toBe(9);
    const { custom_id: id, components } = interaction.callback?.data ?? {};
    const parts = (components as { component?: Component }[]).flatMap(({ component }) => component ?? []);
    return { id: String(id), parts };
  });
/** The machine may be busy. */
const patiently = <T>(check: () => Promise<T> | T): Promise<T> =>
  vi.waitFor(check, { timeout: 240_000, interval: 50 });

/**
 * Values that are refused at their least: an extension by nothing, a refiner after the last step, and a control that
 * ends where it begins. Nodes that make
 * maps of photos are not on the server.
 */
const chosen: Readonly<Record<string, unknown>> = {
  left: 64,
  top: 64,
  right: 64,
  bottom: 64,
  steps: 2,
  controlStart: 0.1,
  reference: 'map',
  start: 0.1,
};

/** A value that is not the default, where there is another one; the least work. */
function chooseValue(param: string, schema: ParamSchema): unknown {
  if (chosen[param] !== undefined) return chosen[param];
  if (schema['x-seed']) return 7;
  if (schema.type === 'array') return lorasOf(schema).map((name) => ({ name, weight: 0.5 }));
  if (schema.type === 'boolean') return schema.default !== true;
  // Names of engines come before files.
  const choices = schema.enum?.filter(
    (choice) => param !== 'model' || /\.(safetensors|pth)$/.test(String(choice)),
  );
  if (choices) return choices.find((choice) => choice !== schema.default) ?? choices[0];
  if (schema.type === 'integer') return schema.minimum;
  if (schema.type === 'number') return ((schema.minimum ?? 0) + (schema.maximum ?? 1)) / 2;
  return param === 'prompt' ? 'a quay' : 'rain';
}
/** One of those offered: for some models there is none. */
const lorasOf = ({ items }: ParamSchema): unknown[] => items?.properties?.name?.enum?.slice(0, 1) ?? [];

const write = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(({ name, weight }: { name: string; weight: number }) => `${name}:${weight}`).join(', ')
    : String(value);

type Properties = readonly (readonly [string, ParamSchema])[];
const assetsOf = (properties: Properties) =>
  properties.filter(([, schema]) => schema['x-asset'] !== undefined);

const kindOf = (schema: ParamSchema | undefined): FileKind => {
  const kind = schema?.['x-asset'];
  return isFileKind(kind) ? kind : 'image';
};

/** Opens the form of a workflow, with a file where it takes one. */
async function openForm(place: Place, name: string, properties: Properties) {
  const [first] = assetsOf(properties);
  if (!first) return { press: () => world.discord.slash(...place, 'run', { workflow: name }) };
  const kind = kindOf(first[1]);
  const opened = world.discord.slash(...place, 'run', { workflow: name, [kind]: files[kind] });
  const taken = { image: en.pictureTaken, video: en.videoTaken, audio: en.soundTaken };
  const offer = await answered(opened, taken[kind]);
  const [, id = ''] = /"custom_id":"(sgf1:run:[^"]*)"/.exec(JSON.stringify(offer.components)) ?? [];
  return { press: () => world.discord.click(...place, offer, id), attached: first[0] };
}
type Place = [person: Person, channel: StoredChannel];

/** Every value where the form asks for it, and the others in its text of settings. */
function fill(
  parts: readonly Component[],
  properties: Properties,
  { attached, values }: { attached: string | undefined; values: ReadonlyMap<string, unknown> },
): Record<string, FieldValue> {
  const sent: Record<string, FieldValue> = {};
  const asked = new Set([attached]);
  const assets = assetsOf(properties).map(([param]) => param);
  for (const { custom_id: id, type, max_values: most = 1 } of parts) {
    const value = values.get(id);
    if (type === fileUpload) {
      for (const param of assets.slice(assets.indexOf(id), assets.indexOf(id) + most)) asked.add(param);
      const one = files[kindOf(new Map(properties).get(id))];
      sent[id] = id === 'mask' ? mask : Array.from({ length: most }, () => one);
    } else if (value !== undefined) sent[id] = type === list ? [write(value)] : write(value);
    asked.add(id);
  }
  const others = properties.filter(([param]) => !asked.has(param));
  if (others.length > 0 && parts.at(-1)?.custom_id !== settingsId)
    throw new Error(`nothing asks for ${others.map(([param]) => param)}`);
  const lines = others.map(([param, its]) => `${its['x-title']?.en ?? param}: ${write(values.get(param))}`);
  return lines.length > 0 ? { ...sent, [settingsId]: lines.join('\n') } : sent;
}

/** Runs a workflow with a value for each of its parameters; from its form to its result. */
async function runWhole(name: string): Promise<void> {
  const place: Place = [world.newPerson(), world.discord.addChannel()];
  const { items } = await world.clientOf(place[0]).listWorkflows({ query: { limit: 100 } });
  const described = items.find((one) => one.name === name)?.params.properties;
  const properties = Object.entries(described as Record<string, ParamSchema>);
  const { press, attached } = await openForm(place, name, properties);
  const values = new Map(
    properties
      .filter(([, schema]) => isTypable(schema))
      .map(([param, schema]) => [param, chooseValue(param, schema)]),
  );
  let message: StoredMessage;
  if (properties.length === 1) message = await ended(place[1], press);
  else {
    const form = await openedBy(press);
    const sent = fill(form.parts, properties, { attached, values });
    message = await ended(place[1], () => world.discord.submit(...place, form.id, sent));
  }
  const task = await world.readTask(taskIdOf(message));
  expect(task.workflow.name).toBe(name);
  const given = [...values.keys()].map((param) => [param, task.params[param]]);
  expect(JSON.stringify(given)).toBe(JSON.stringify([...values]));
  const files = assetsOf(properties).map(([param]) => task.params[param]);
  expect(files.filter((id) => typeof id === 'string')).toHaveLength(files.length);
  expect(message.attachments.length).toBeGreaterThan(0);
}

/** The message that ends what was sent. @throws Error with the sentence of a refusal */
async function ended({ id: channelId }: StoredChannel, send: () => unknown): Promise<StoredMessage> {
  const before = new Set(world.discord.state.messages.keys());
  send();
  const message = await patiently(() => {
    const said = [...world.discord.state.messages.values()].filter(
      (one) => one.channelId === channelId && !before.has(one.id) && !one.loading,
    );
    const isRefused = ({ content }: StoredMessage) => content !== '' && content !== en.slow;
    const end = said.find((one) => isRefused(one) || ['Done', 'Failed'].includes(titleOf(one)));
    if (!end) throw new Error('there is no end yet');
    return end;
  });
  if (titleOf(message) !== 'Done') throw new Error(message.content || titleOf(message));
  return message;
}

test('/run takes every parameter of every shipped workflow to its result', async () => {
  const names = currentBuiltins.map(({ name }) => name);
  const failed: string[] = [];
  const work = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const ran = name;
      await runWhole(ran).catch((error: unknown) => failed.push(`${ran}: ${error}`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  expect(failed).toEqual([]);
});

test('/imagine and /video make a result with each of their engines, by its name', async () => {
  const viewer = world.clientOf(world.newPerson());
  const { items } = await viewer.listWorkflows({ query: { limit: 100 } });
  const ways = {
    text2img: ['imagine', { prompt: 'a quay' }],
    text2video: ['video', { prompt: 'a quay' }],
    img2video: ['video', { image: photo }],
  } as const;
  const asked = Object.entries(ways).flatMap(([name, [command, given]]) =>
    (items.find((one) => one.name === name)?.engines ?? []).map((engine) => {
      const form = items.find((one) => one.name === engine.workflow)?.params as ParamSchema;
      const { properties: { frames, steps } = {}, required = [] } = form;
      // The least work.
      const least = {
        ...(required.includes('prompt') && { prompt: 'a quay' }),
        ...(steps && command === 'imagine' && { steps: 2 }),
        ...(frames?.minimum !== undefined && { frames: Math.max(2, frames.minimum) }),
      };
      return { engine, command, options: { ...given, model: engine.model, ...least } };
    }),
  );
  expect(asked.length).toBeGreaterThan(15);
  const failed: string[] = [];
  const work = async () => {
    for (let next = asked.pop(); next !== undefined; next = asked.pop()) {
      const { engine, command, options } = next;
      const place: Place = [world.newPerson(), world.discord.addChannel()];
      await ended(place[1], () => world.discord.slash(...place, command, options))
        .then(async (message) => {
          expect(message.attachments.length).toBeGreaterThan(0);
          expect((await world.readTask(taskIdOf(message))).workflow.name).toBe(engine.workflow);
        })
        .catch((error: unknown) => failed.push(`/${command} ${engine.model}: ${error}`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  expect(failed).toEqual([]);
});

test('numbered pictures arrive in the order in which they were attached', async () => {
  const place: Place = [world.newPerson(), world.discord.addChannel()];
  const sized = async (width: number) => ({
    ...photo,
    bytes: await createTwoColours(width, 256).png().toBuffer(),
  });
  const form = await openedBy(() => world.discord.slash(...place, 'run', { workflow: 'qwen-edit-2511' }));
  const values = { image: photo, image2: await Promise.all([320, 384].map(sized)), prompt: 'a quay' };
  const settings = { [settingsId]: `${en.settings.label}: no setting` };
  const refused = ended(place[1], () => world.discord.submit(...place, form.id, { ...values, ...settings }));
  await expect(refused).rejects.toThrow('I cannot read the setting');
  const made = await ended(place[1], () => world.discord.submit(...place, form.id, values));
  const { params } = await world.readTask(taskIdOf(made));
  const widths = await Promise.all(
    [params.image, params.image2, params.image3].map(async (id) => {
      const asset = await world.clientOf(place[0]).getAsset({ params: { id: String(id) } });
      return asset.width;
    }),
  );
  expect(widths).toEqual([256, 320, 384]);
});
