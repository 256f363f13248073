import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { splitDuration } from '../duration.ts';
import { optionNamesIn } from '../optionNames.ts';
import { problemsIn } from '../problems.ts';
import { enAgain } from './again.ts';
import { enLog } from './log.ts';
import { enPictures } from './pictures.ts';
import { enPolicy } from './policy.ts';
import { enShared } from './sharedCredits.ts';
import { enStarTexts } from './stars.ts';

const duration = (seconds: number): string =>
  splitDuration(seconds)
    .map(({ count, unit }) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ');

const list = (items: readonly string[]): string => items.join(', ');

/** Everything the bot says, in English; other languages have the same keys. */
export const en = {
  title: {
    queued: 'Waiting',
    running: 'Working',
    succeeded: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
  },
  field: {
    text: 'Text',
    cost: 'Cost',
    model: 'Model',
    seed: 'Seed',
    size: 'Size',
    steps: 'Steps',
    frames: 'Frames',
    fps: 'Frames per second',
    videoModel: 'Video model',
    workflow: 'Workflow',
    parent: 'Made from',
    by: 'By',
    status: 'Status',
    prompt: 'Prompt',
    negativePrompt: 'Negative prompt',
    denoise: (least: number, most: number) => `Denoise, from ${least} to ${most}`,
    amount: 'How many credits',
  },
  /** Parts of one quiet line while a task waits or runs. */
  progress: {
    step: (step: number, steps: number) => `step ${step} of ${steps}`,
    place: (place: number) => (place === 1 ? 'next in line' : `number ${place} in line`),
    ready: (seconds: number) => `ready in about ${duration(seconds)}`,
    cancelCost: (amount: number) => `cancelling now costs ${inCredits(amount)}`,
  },
  credits: inCredits,
  list,
  duration,
  labelled: (name: string, value: string) => `**${name}:** ${value}`,
  notCharged: 'not charged',
  button: {
    cancel: 'Cancel',
    upscale: 'Upscale',
    vary: 'Vary',
    subtle: 'Vary (subtle)',
    strong: 'Vary (strong)',
    reroll: 'Re-roll',
    edit: 'Edit',
    animate: 'Animate',
    inpaint: 'Redraw a part',
    outpaint: 'Extend',
    cutout: 'Cut out',
    delete: 'Delete',
    publish: 'Publish',
    fetch: 'Show the result',
    link: 'Open the file',
    form: 'Fill in the form',
    star: 'Star',
    again: 'Again with…',
  },
  price: (cost: number) => `Costs ${inCredits(cost)}.`,
  usualPrice: (cost: number) => `Costs ${inCredits(cost)} with these values.`,
  /** Model and settings of a result, in one line. */
  fact: {
    scale: (times: number) => `${times} times`,
    steps: (count: number) => `${count} ${count === 1 ? 'step' : 'steps'}`,
    frames: (count: number) => `${count} frames`,
    seconds: (count: number) => `${Math.round(count)} seconds`,
    fps: (count: number) => `${count} frames per second`,
    sound: 'with sound',
    seed: (seed: number) => `seed ${seed}`,
  },
  asksPrice: (cost: number) => `This costs ${cost} credits. Do you want it?`,
  makeIt: 'Make it',
  buyCredits: 'Buy credits',
  shortage: (cost: number, available: number) =>
    `This costs ${inCredits(cost)}, and you have ${available}. /daily gives you some every day, and others can /gift you some.`,
  balanceLeft: (available: number) => `${available} left`,
  upscaleOne: (place: number) => `U${place}`,
  onPicture: (action: string, place: number) => `Picture ${place} · ${action}`,
  choosePicture: 'More with one picture…',
  choosePictureOf: (first: number, last: number) => `More with one of pictures ${first}–${last}…`,
  modal: {
    editTitle: 'Edit the prompt',
    img2imgTitle: 'Redraw this picture',
    denoiseHint: 'Low keeps the picture, 1 replaces it',
    inpaintTitle: 'Redraw a part',
    outpaintTitle: 'Extend the picture',
    giftTitle: 'Give credits',
  },
  ticket:
    'This is taking longer than Discord lets me update this message. Press the button below to see the result.',
  tooLargeForDiscord: 'The file is too large for Discord here. The link works for 7 days.',
  smallerCopy: 'This is a smaller copy. The link opens the full file and works for 7 days.',
  taskFooter: (id: string) => `task ${id}`,
  modelFolder: { checkpoints: 'Model', loras: 'LoRA' },
  fileGone: 'This file is no longer stored.',
  notYours: 'Only the person who started this can do that.',
  oldButton: 'This button no longer works, because the bot has changed. Use /task to find the result.',
  oldCommand: 'This command no longer works, because the bot has changed. Use /help to see what I can do.',
  alreadyOnIt: 'Already on it.',
  alreadyMade: 'You have already asked for this. Use /task to see it.',
  noPicture: 'I found no picture in this message that I can use.',
  noPictureOrVideo: 'I found no picture and no video in this message that I can use.',
  noMessageInfo: 'Star-Graph did not make this picture, so I cannot say how it was made.',
  infoTitle: 'How it was made',
  infoClaimed: 'This is what the file says about itself. It could not be verified.',
  yes: 'Yes',
  no: 'No',
  noSuchWorkflow: 'There is no such workflow. Choose one from the list that appears as you type.',
  takesNoPicture: 'This workflow does not take a picture. Run it without one.',
  takesNoVideo: 'This workflow does not take a video. Run it without one.',
  oneFile: 'Attach either a picture or a video here. The form asks for what else it needs.',
  settings: {
    label: 'More settings',
    hint: 'One a line, as “Name: value”. What you leave empty keeps its default.',
    unknown: (line: string, names: string) =>
      `I cannot read the setting “${line}”. Write one a line, as “Name: value”. There are: ${names}.`,
  },
  formTooSmall: 'This workflow asks for more than a Discord form can hold. Use it in the browser extension.',
  leftAtDefault: (names: string) => `Left at their defaults: ${names}.`,
  pictureTaken: 'I have your picture. Press the button to say what to do with it.',
  videoTaken: 'I have your video. Press the button to say what to do with it.',
  slow: 'This is taking longer than usual. I am still on it, and the answer will appear here. Check /task before you ask again.',
  deleted: 'Deleted.',
  messageRemoved: 'The message has been removed.',
  cancelled: (charged: number, cost: number) =>
    charged === 0
      ? 'Cancelled. You got your credits back.'
      : `Cancelled. The part that was done cost ${charged} of ${inCredits(cost)}. You got the other ${cost - charged} back.`,
  publishing: 'Publishing…',
  published: 'Published.',
  balance: (available: number, held: number) =>
    held === 0
      ? `You have ${inCredits(available)}.`
      : `You have ${inCredits(available)}, and another ${held} on hold for unfinished tasks.`,
  debt: (debt: number) =>
    `You owe ${debt}, since a payment went back after its credits were spent. What comes in pays this first.`,
  giftable: (giftable: number) => `You can give away ${giftable} of them.`,
  nextGiftable: (amount: number, when: string) => `From ${when}, you can give away ${amount} more.`,
  gift: (amount: number, to: string, left: number) =>
    `You gave ${inCredits(amount)} to ${to}. You have ${left} left.`,
  giftToSelf: 'That is you. Choose somebody else.',
  giftToBot: 'Bots cannot receive credits. Choose a person.',
  noTasks: 'You have no tasks here. Use /imagine to start one.',
  jump: 'Go to the message',
  historyTitle: 'Your latest tasks',
  policyTitle: 'Server settings',
  policySaved: 'Saved.',
  policyNothing: 'Choose at least one thing to change.',
  policyDefault: 'Everything is allowed.',
  policyOnePlace: 'Choose a channel or a role, not both.',
  policyAllowFirst:
    'Everything is allowed right now. Allow something first; after that, only what you allow can be used.',
  policyMorePlaces: (count: number) => `${count} more channels and roles have their own rules.`,
  policy: enPolicy,
  ...enStarTexts,
  privacy: { always: 'always', never: 'never', choice: 'their own choice' },
  policyForbidChannel: 'Choose a channel and no role: channels can be forbidden, roles can only be allowed.',
  log: enLog,
  shared: enShared,
  defaultModelMissing: (name: string) =>
    `No GPU server offers this default model right now, so I used another: ${name}. You can change yours with /preferences.`,
  pingDone: 'Your result is ready.',
  notWritten:
    'Discord does not let me write to you directly. To change that, allow direct messages from members of this server.',
  pingFailed: 'What you asked for failed.',
  needsGuild: 'This works only in a server.',
  needsManager: 'You need the Manage Server permission for this.',
  blocksTitle: 'Blocked members',
  noBlocks: 'Nobody is blocked in this server.',
  blockUntilLifted: 'until unblocked',
  blockUntil: (when: string) => `until ${when}`,
  blockedBy: (who: string) => `by ${who}`,
  moreBlocks: (count: number) => `${count} more are blocked.`,
  adminWords: {
    title: 'Not allowed in prompts, anywhere',
    none: 'Every prompt is allowed.',
    words: 'Words',
    patterns: 'Regular expressions',
    more: (count: number) => `${count} more`,
    nothing: 'Give a word or a regular expression.',
    bad: 'I cannot use this rule. A word has 1 to 64 characters, with * at its ends only; a regular expression keeps to RE2. There can be 500 words and 20 regular expressions.',
  },
  refused: {
    blocked: (until: string) =>
      `The moderators of this server have blocked you here until ${until}. If this is a mistake, ask them.`,
    blockedForGood: 'The moderators of this server have blocked you here. If this is a mistake, ask them.',
    disabled: 'The managers of this server have turned me off here.',
    channel: 'I am not allowed to work in this channel. Try another one, or ask the managers of this server.',
    role: 'Only certain roles may use me in this server. Ask its managers for one of them.',
    private: 'Private results are not allowed here. Ask again without the option “private”.',
    workflow: 'This command is not allowed here.',
    model: 'This model is not allowed here. Choose another.',
    nsfwModel: 'This model is allowed only in age-restricted channels. Choose another.',
    words: 'The prompt contains words that are not allowed here. Change it and try again.',
    platformWords: 'The prompt contains words that this service does not allow. Change it and try again.',
    nsfwWords: 'Prompts like this are allowed only in age-restricted channels.',
    daily: (limit: number) =>
      `You have used up your ${limit} tasks for today in this server. Come back tomorrow.`,
    steps: (limit: number) => `At most ${limit} steps are allowed here.`,
    count: (limit: number) => `At most ${limit} pictures at a time are allowed here.`,
    size: (megapixels: number) => `At most ${megapixels} megapixels are allowed here.`,
    frames: (limit: number) => `Videos may have at most ${limit} frames here. Ask for a shorter one.`,
    seconds: (limit: number) => `Videos may last at most ${limit} seconds here. Ask for a shorter one.`,
  },
  ...enPictures,
  again: enAgain,
  size: 'Write the size as width x height, for example 1024x768.',
  /** Options of commands, by the parameter of the API that they become. */
  option: optionNamesIn(0),
  badOption: (names: string) => `Check these values: ${names}.`,
  limited: (name: string, limit: string) => `${name} (${limit})`,
  /** The limits of a value. */
  limit: {
    range: (least: number, most: number) => `${least} to ${most}`,
    sides: (least: number, most: number, step: number) =>
      `each side ${least} to ${most} pixels, in steps of ${step}`,
    area: (megapixels: string) => `at most ${megapixels} megapixels`,
    result: (width: string, height: string) => `the result would be ${width} × ${height} pixels`,
    nearest: (below: string, above: string) => `${below} or ${above} would fit`,
    characters: (most: number) => `at most ${most} characters`,
    choices: (choices: readonly string[]) => list(choices),
    listed: 'choose one from the list',
    notTaken: (model: string) => `${model} does not take this: leave it out, or choose another model`,
  },
  unreachable: 'The picture service is not responding. Try again in a minute; you will not be charged twice.',
  unexpected:
    'Something went wrong on our side. Try again. If it keeps happening, tell the people who run this bot.',
  waitSeconds: (seconds: number) => `Try again in ${duration(seconds)}.`,
  problem: problemsIn('en'),
};

export type Messages = typeof en;
