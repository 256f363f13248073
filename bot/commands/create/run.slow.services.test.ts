import { describeRequest } from '@star-graph/contract/catalogue/engineForms';
import type { GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { createSound, createTwoColours, createVideo } from '@star-graph/core/testing/pictures';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { sampleManifest, sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import { presetsOf } from '@star-graph/workflows/translation/presets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCatalogueCache } from '../../api/catalogueCache.ts';
import { drawId } from '../../components/buttons/customId.ts';
import { parseFormId } from '../../components/forms/formId.ts';
import { fitRequest } from '../../generate/fitRequest.ts';
import { paramsOf } from '../../generate/workflowSchema.ts';
import type { Context } from '../../interaction/context.ts';
import { en } from '../../replies/texts/en.ts';
import { eventually } from '../../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../../testing/botWorld.ts';
import type { Act, AttachedFile } from '../../testing/discord/standIn.ts';
import { answered, buttonOf, fieldsOf, finished, repliedPrivately, taskIdOf } from '../../testing/reading.ts';

let world: BotWorld;
let photo: AttachedFile;
beforeAll(async () => {
  world = await createBotWorld();
  const bytes = await createTwoColours(96, 64).png().toBuffer();
  photo = { filename: 'photo.png', contentType: 'image/png', bytes };
  for (const manifest of [sampleManifest(), sampleTextManifest('ink', 1)]) {
    const { api, adminToken: token } = world.platform;
    const added = await api.call('/api/admin/workflows', { token, body: manifest });
    expect(added.status).toBe(201);
  }
});
afterAll(() => world[Symbol.asyncDispose]());

const model = 'v1-5-pruned-emaonly-fp16.safetensors';
interface Part {
  label?: string;
  description?: string;
  content?: string;
  component?: { custom_id: string; type: number; required?: boolean; value?: string; options?: unknown[] };
}
/** The form that an interaction was answered with. */
const formOf = ({ interaction }: Act) =>
  eventually(() => {
    expect(interaction.callback?.type).toBe(9);
    const { custom_id: id, title, components } = interaction.callback?.data ?? {};
    return { id: String(id), title: String(title), parts: components as Part[] };
  });
const inputsOf = (parts: Part[]) => parts.flatMap(({ component }) => component?.custom_id ?? []);

test('each engine draws and films with its defaults and presets, as the API takes it, within what a place allows', async () => {
  const client = world.clientOf(world.newPerson());
  const catalogue = createCatalogueCache({ clock: world.clock });
  const context = { bot: { catalogue }, say: en, client } as unknown as Context;
  const place = { guildId: world.discord.guildId, channelIds: ['1'], roleIds: [], isAgeRestricted: false };
  const { id: image } = await client.uploadAsset(
    new Blob([new Uint8Array(photo.bytes)], { type: 'image/png' }),
  );
  const limits = { maxSteps: 6, maxMegapixels: 0.6, maxFrames: 130, maxSeconds: 5.5 };
  const offered = await catalogue.listWorkflows(client);
  const known: string[] = [];
  const refused: string[] = [];
  for (const [workflow, given] of Object.entries({
    text2img: {},
    img2img: { image },
    text2video: {},
    img2video: { image },
  })) {
    const view = offered.find(({ name }) => name === workflow);
    if (!view) throw new Error(`${workflow} is not offered`);
    for (const { model, available } of view.engines ?? []) {
      if (!available) continue;
      known.push(model);
      const engine = describeRequest(offered, view, { model });
      const words = paramsOf(engine).some(([name]) => name === 'prompt') ? { prompt: 'a boat' } : {};
      const takesPresets = presetsOf(engine.params as ParamSchema) !== undefined;
      for (const preset of takesPresets ? [undefined, 'draft', 'fine'] : [undefined])
        for (const rules of [{}, limits]) {
          const policy = { enabled: true, ...rules } as GuildPolicyView;
          const request = { workflow, params: { ...words, ...given, model }, takesDefaults: true as const };
          const circumstances = { policy, place, preferences: {} };
          const tried = async () => {
            const { params } = await fitRequest(context, circumstances, {
              ...request,
              ...(preset && { preset }),
            });
            await client.quote(workflow, { ...params });
          };
          await tried().catch((error: Error) =>
            refused.push(`${workflow} ${model} ${preset} ${rules === limits}: ${error.message}`),
          );
        }
    }
  }
  expect(known.length).toBeGreaterThan(20);
  expect(refused).toEqual([]);
});

test('/run offers workflows by localised title, those without own commands first', async () => {
  const channel = world.discord.addChannel();
  const offered = async (locale: string, typed: string) => {
    const act = world.discord.autocomplete(world.newPerson(locale), channel, 'run', 'workflow', typed);
    return eventually(() => {
      expect(act.interaction.callback?.type).toBe(8);
      return act.interaction.callback?.data.choices as { name: string; value: string }[];
    });
  };
  await eventually(async () =>
    expect((await offered('en-US', '')).map(({ value }) => value)).toEqual(
      expect.arrayContaining(['ink', 'watercolour']),
    ),
  );
  const all = (await offered('en-US', '')).map(({ value }) => value);
  // Discord shows 25 choices, so one with a command of its own may not be among them.
  const without = all.slice(0, Math.max(all.indexOf('ink'), all.indexOf('watercolour')));
  for (const withCommand of ['text2img', 'img2img', 'upscale']) expect(without).not.toContain(withCommand);
  expect((await offered('en-US', 'text2img')).map(({ value }) => value)).toContain('text2img');
  expect(await offered('zh-CN', '水彩')).toEqual([
    { name: 'ink · 水彩', value: 'ink' },
    { name: 'watercolour · 水彩', value: 'watercolour' },
  ]);
  expect(await offered('en-US', 'waterc')).toHaveLength(2);
  expect(await offered('en-US', 'ink')).toEqual([{ name: 'ink · Watercolour', value: 'ink' }]);
});

test('a form puts required fields first and shows its defaults', async () => {
  const ann = world.newPerson();
  const channel = world.discord.addChannel();
  const form = await formOf(world.discord.slash(ann, channel, 'run', { workflow: 'watercolour' }));
  expect(form.title).toBe('Watercolour');
  expect(form.parts).toHaveLength(5);
  expect(inputsOf(form.parts)).toEqual(['prompt', 'image', 'denoise', 'model', '_settings']);
  expect(form.parts.map(({ component }) => component?.type)).toEqual([4, 19, 4, 3, 4]);
  const settings = form.parts.at(-1)?.component?.value ?? '';
  expect(settings).toBe('Scheduler: karras\nSeed: \nSteps: 20');
  const typed = settings.replace('karras', 'NORMAL');
  const values = { prompt: 'a harbour', image: photo, denoise: '0,5', model: [model], _settings: typed };
  const made = await finished(world.discord.submit(ann, channel, form.id, values));
  expect(await world.readTask(taskIdOf(made))).toMatchObject({
    workflow: { name: 'watercolour', version: 3 },
    params: { prompt: 'a harbour', model, denoise: 0.5, steps: 20, scheduler: 'normal' },
  });
  const { params } = await world.readTask(taskIdOf(made));
  const least = await world.clientOf(ann).quote('watercolour', { ...params, steps: 1 });
  expect(form.parts[0]?.description).toBe(en.leastPrice(least.cost));
});

test("a form says the least price at the server's percentage", async () => {
  await world.setPolicy({ pricePercent: 300 });
  const ann = world.newPerson();
  const open = () => world.discord.slash(ann, world.discord.addChannel(), 'run', { workflow: 'watercolour' });
  const said = async () => (await formOf(open())).parts[0]?.description;
  // Forms use the last known data while it is read again.
  await eventually(async () => expect(await said()).toBe(en.leastPrice(3)));
  await world.setPolicy({});
  await eventually(async () => expect(await said()).toBe(en.leastPrice(1)));
});

test('/run copies an attached picture at once and offers its form', async () => {
  const ann = world.newPerson();
  const channel = world.discord.addChannel();
  const act = world.discord.slash(ann, channel, 'run', { workflow: 'watercolour', image: photo });
  const offer = await answered(act, 'I have your picture');
  expect(offer.ephemeral).toBe(true);
  world.discord.state.files.clear();
  const [, id = ''] = /"custom_id":"(sgf1:run:[^"]*)"/.exec(JSON.stringify(offer.components)) ?? [];
  const form = await formOf(world.discord.click(ann, channel, offer, id));
  expect(inputsOf(form.parts)).toEqual(['prompt', 'denoise', 'model', 'scheduler', '_settings']);
  const values = { prompt: 'a quay', denoise: '', model: [model], scheduler: ['normal'] };
  const made = await finished(world.discord.submit(ann, channel, form.id, values));
  const task = await world.readTask(taskIdOf(made));
  expect(task.params).toMatchObject({ prompt: 'a quay', scheduler: 'normal', denoise: 0.6 });
  const image = String(task.params.image);
  expect(await world.clientOf(ann).getAsset({ params: { id: image } })).toMatchObject({ width: 96 });
});

test('a film that was attached to /run, or found in a message, is enlarged', async () => {
  const bytes = createVideo('mp4');
  const film = { filename: 'film.mp4', contentType: 'video/mp4', bytes };
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const posted = world.discord.presentMessage(world.discord.post(bob, channel, [film]));
  const made = await finished(world.discord.messageMenu(ann, channel, 'Upscale', posted));
  const task = await world.readTask(taskIdOf(made));
  expect(task).toMatchObject({ workflow: { name: 'seedvr2-video' }, params: { scale: 2 } });
  expect(task.outputs[0]).toMatchObject({ mime: 'video/mp4' });
  // One's own result goes on without a copy, and its task is the parent.
  const own = world.discord.messageMenu(ann, channel, 'Upscale', world.discord.presentMessage(made));
  const again = await world.readTask(taskIdOf(await finished(own)));
  expect(again).toMatchObject({ parentId: task.id, params: { video: task.outputs[0]?.id } });
  const direct = await finished(world.discord.slash(ann, channel, 'upscale', { video: film, scale: 4 }));
  expect((await world.readTask(taskIdOf(direct))).params).toMatchObject({ scale: 4 });
  const act = world.discord.slash(ann, channel, 'run', { workflow: 'interpolate', video: film });
  const offer = await answered(act, en.videoTaken);
  const [, id = ''] = /"custom_id":"(sgf1:run:[^"]*)"/.exec(JSON.stringify(offer.components)) ?? [];
  const form = await formOf(world.discord.click(ann, channel, offer, id));
  expect(inputsOf(form.parts)).toEqual(['times']);
  const smooth = await finished(world.discord.submit(ann, channel, form.id, { times: '3' }));
  expect((await world.readTask(taskIdOf(smooth))).params).toMatchObject({ times: 3 });
});

test('a sound that was attached to /run is kept, and its form asks for the picture', async () => {
  const ann = world.newPerson();
  const channel = world.discord.addChannel();
  const sound = { filename: 'sound.mp3', contentType: 'audio/mpeg', bytes: createSound('mp3') };
  const act = world.discord.slash(ann, channel, 'run', { workflow: 'ltx23-audio2video', audio: sound });
  const offer = await answered(act, en.soundTaken);
  const [, id = ''] = /"custom_id":"(sgf1:run:[^"]*)"/.exec(JSON.stringify(offer.components)) ?? [];
  const form = await formOf(world.discord.click(ann, channel, offer, id));
  expect(inputsOf(form.parts)).toEqual(['image', 'prompt', 'negativePrompt', 'resolution', '_settings']);
  const run = parseFormId(id);
  if (run?.form !== 'run' || run.assetId === undefined) throw new Error('the form names the sound');
  expect(run.kind).toBe('audio');
  const asset = await world.clientOf(ann).getAsset({ params: { id: run.assetId } });
  expect(asset).toMatchObject({ mime: 'audio/mpeg', sound: { channels: 1 } });
});

test('/run refuses a file of a kind that its workflow does not take', async () => {
  const film = { filename: 'film.mp4', contentType: 'video/mp4', bytes: Buffer.from('none') };
  const refused = (options: Record<string, string | AttachedFile>) =>
    repliedPrivately(
      world.discord,
      world.discord.slash(world.newPerson(), world.discord.addChannel(), 'run', options),
    );
  expect(await refused({ workflow: 'ink', video: film })).toBe(en.takesNoVideo);
  expect(await refused({ workflow: 'interpolate', image: photo })).toBe(en.takesNoPicture);
  expect(await refused({ workflow: 'interpolate', image: photo, video: film })).toBe(en.oneFile);
  expect(await refused({ workflow: 'interpolate', video: photo })).toBe(en.film.type);
  const sound = { filename: 'sound.mp3', contentType: 'audio/mpeg', bytes: Buffer.from('none') };
  expect(await refused({ workflow: 'ink', audio: sound })).toBe(en.takesNoSound);
  expect(await refused({ workflow: 'ltx23-audio2video', audio: film })).toBe(en.audio.type);
  expect(await refused({ workflow: 'ltx23-audio2video', audio: sound, image: photo })).toBe(en.oneFile);
});

test('typed values are checked again, refused privately, and not charged', async () => {
  const ann = world.newPerson('zh-CN');
  const submit = (values: Record<string, string | string[]>, customId = 'sgf1:run:ink:') =>
    repliedPrivately(world.discord, world.discord.submit(ann, world.discord.addChannel(), customId, values));
  const typed = { prompt: 'a quay', model: [model], denoise: '0.5' };
  expect(await submit({ ...typed, denoise: 'much' })).toContain('Denoise');
  expect(await submit({ ...typed, denoise: '1.5' })).toContain('请检查');
  expect(await submit({ ...typed, prompt: '' })).toContain('请检查');
  expect(await submit({ ...typed, _settings: 'steps: many' })).toContain('请检查');
  expect(await submit({ ...typed, _settings: 'no such: 1' })).toContain('无法识别设置');
  expect(await submit(typed, 'sgf1:run:gone:')).toContain('没有这个工作流');
  const asset = Buffer.alloc(16, 1).toString('base64url');
  expect(await submit(typed, `sgf1:run:ink:${asset}`)).toContain('不需要图片');
  expect(await submit({ ...typed }, `sgf1:run:watercolour:${asset}`)).toMatch(/[一-龥]/);
  expect(await world.clientOf(ann).getBalance()).toMatchObject({ available: 1000, held: 0 });
});

test('a server’s policy covers operators’ workflows: their names, models and texts', async () => {
  const ann = world.newPerson();
  const submit = (prompt: string) =>
    repliedPrivately(
      world.discord,
      world.discord.submit(ann, world.discord.addChannel(), 'sgf1:run:ink:', { prompt }),
    );
  await world.setPolicy({ blockedPatterns: ['har+bou?r'] });
  expect(await submit('a HARBOR')).toContain('words that are not allowed');
  await world.setPolicy({ models: ['another.safetensors'] });
  expect(await submit('a quay')).toContain('This model is not allowed here');
  await world.setPolicy({ workflows: ['watercolour'] });
  expect(await submit('a quay')).toContain('This command is not allowed here');
  await world.setPolicy({});
  const channel = world.discord.addChannel();
  await finished(world.discord.submit(ann, channel, 'sgf1:run:ink:', { prompt: 'a quay' }));
});

test('/run says in time that the API is silent', async () => {
  const channel = world.discord.addChannel();
  world.clock.advance(31_000);
  const stalled = world.gate.stall();
  const act = world.discord.slash(world.newPerson(), channel, 'run', { workflow: 'ink' });
  await answered(act, 'is not responding');
  stalled.release();
  expect(world.discord.state.missed).toEqual([]);
});

test('/describe and /expand give words, which a press draws', async () => {
  const [person, channel] = [world.newPerson(), world.discord.addChannel()];
  const say = (command: string, options: Record<string, string | AttachedFile>, where = channel) =>
    world.discord.slash(person, where, command, options);
  const described = await finished(say('describe', { image: photo }));
  const { outputs } = await world.clientOf(person).getTask({ params: { id: taskIdOf(described) } });
  expect(fieldsOf(described)[en.field.text]).toBe(outputs[0]?.text);
  const ofTask = await finished(world.discord.click(person, channel, described, buttonOf(described, 'draw')));
  expect((await world.readTask(taskIdOf(ofTask))).params.prompt).toBe(outputs[0]?.text);
  // The operator sets a text model, which answers at once.
  const status = await world.clientOf(person).getStatus();
  const expansion = /^POST \/api\/v1\/prompts\/expansions/;
  world.gate.strike(/^GET \/api\/public\/status/, { answer: { ...status, textModel: { cost: 3 } } }, 99);
  world.gate.strike(expansion, { answer: { cost: 3, text: 'A *red* fox at dawn.' } });
  const act = say('expand', { prompt: 'a fox' });
  const shown = { description: 'A \\*red\\* fox at dawn.', fields: [{ value: '3 credits' }] };
  await eventually(() => expect(act.message().embeds).toMatchObject([shown]));
  const ofWords = await finished(world.discord.click(person, channel, act.message(), drawId));
  expect((await world.readTask(taskIdOf(ofWords))).params.prompt).toBe('A *red* fox at dawn.');
  // Where results are veiled, words are too, and are drawn without their veil.
  await world.setPolicy({ spoiler: true });
  world.gate.strike(expansion, { answer: { cost: 3, text: 'A *red* fox | dusk' } });
  const veiled = say('expand', { prompt: 'a fox' }, world.discord.addChannel());
  const behind = { description: '||A \\*red\\* fox \\| dusk||' };
  await eventually(() => expect(veiled.message().embeds).toMatchObject([behind]));
  const ofVeiled = await finished(world.discord.click(person, channel, veiled.message(), drawId));
  expect((await world.readTask(taskIdOf(ofVeiled))).params.prompt).toBe('A *red* fox | dusk');
  // What the server forbids is not asked for.
  await world.setPolicy({ blockedWords: ['fox'] });
  const before = world.gate.requests.filter((one) => expansion.test(one)).length;
  const forbidden = say('expand', { prompt: 'a fox' }, world.discord.addChannel());
  expect(await repliedPrivately(world.discord, forbidden)).toBe(en.refused.words);
  await world.setPolicy({});
  world.gate.calm();
  // Nothing here writes: no model, and no server for the workflow.
  world.gate.strike(/^GET \/api\/v1\/workflows/, { answer: { items: [], nextCursor: null } });
  const nothing = say('describe', { image: photo }, world.discord.addChannel());
  expect(await repliedPrivately(world.discord, nothing)).toBe(en.noWriter);
  world.clock.advance(31_000);
  expect(world.gate.requests.filter((one) => expansion.test(one))).toHaveLength(before);
});
