import type { WorkflowView } from '@star-graph/client/index';
import { Argument, Command, Option } from 'commander';
import { type Param, parseValue, readParams } from './workflowParams.ts';

/** The parsed request. */
export interface Invocation {
  workflow: string;
  values: Record<string, unknown>;
  images: string[];
  output: string | undefined;
  /** The task whose result is to be made again; its values come from there. */
  again?: string;
}

const usage = `
Examples:
  npm run try -- upscale photo.jpg --scale 2 -o sharper.png
  npm run try -- text2img "a lighthouse at dawn" -o lighthouse.png
  npm run try -- img2img photo.jpg "the same place in winter" -o winter.png
  npm run try -- again 0190a6c2-…-9f3d --with z-image

"npm run try -- <workflow> --help" lists what a workflow takes.
With -o - the result goes to stdout. npm itself writes there too: "npm run -s try" keeps it silent.`;

const jsonHelp = 'one JSON object on stdout, the result or the problem; use it with "npm run -s try"';

/**
 * One command for each workflow of the catalogue, with its parameters as options. `onInvoke` is called with the typed
 * values; help and mistakes are printed and thrown as a `CommanderError`.
 */
export function createCommand(
  workflows: readonly WorkflowView[],
  onInvoke: (invocation: Invocation) => void,
): Command {
  const program = new Command('npm run try --')
    .description('Runs a workflow of a Star-Graph platform and saves what it makes.')
    .addOption(new Option('--json', jsonHelp))
    .addHelpText('after', usage)
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
  for (const workflow of workflows)
    if (workflow.name !== again) program.addCommand(createWorkflowCommand(workflow, onInvoke));
  return program.addCommand(createAgainCommand(workflows, onInvoke));
}

/** No workflow can be run here by this name. */
const again = 'again';

function createAgainCommand(
  workflows: readonly WorkflowView[],
  onInvoke: (invocation: Invocation) => void,
): Command {
  const names = workflows.map(({ name }) => name);
  const command = new Command(again)
    .description("Makes a task's result again with another workflow: prompt, size and seed carry over.")
    .argument('<task>', 'the id of the task')
    .addOption(new Option('--with <workflow>', 'what to make it with').choices(names).makeOptionMandatory())
    .option('-o, --output <file>', 'where to save the result; a file of that name is replaced; - is stdout')
    .option('--json', jsonHelp)
    .showHelpAfterError('(--help shows what it takes)')
    .exitOverride();
  return command.action((task: string) => {
    const { with: workflow, output } = command.opts<{ with: string; output?: string }>();
    onInvoke({ workflow, values: {}, images: [], output, again: task });
  });
}

function createWorkflowCommand(workflow: WorkflowView, onInvoke: (invocation: Invocation) => void): Command {
  const params = readParams(workflow.params);
  const command = new Command(workflow.name)
    .description(`${workflow.description.en}${workflow.available ? '' : ' (no GPU server can run it now)'}`)
    .option('-o, --output <file>', 'where to save the result; a file of that name is replaced; - is stdout')
    .option('--json', jsonHelp)
    .showHelpAfterError('(--help shows what it takes)')
    .exitOverride();
  const positional = params.filter(({ isPositional }) => isPositional);
  for (const param of positional) {
    const name = param.kind === 'file' ? `${param.name} file` : param.name;
    command.addArgument(new Argument(`<${name}>`, param.help).argParser((text) => parseValue(param, text)));
  }
  const named = params.filter(({ isPositional }) => !isPositional);
  const options = named.map((param) => ({ param, option: createOption(param) }));
  for (const { option } of options) command.addOption(option);
  const { engines } = workflow;
  const addsModel = engines !== undefined && !params.some(({ name }) => name === 'model');
  if (addsModel)
    command.option('--model <text>', `the model: ${engines.map(({ model }) => model).join(', ')}, or a file`);
  const model = params.find(({ name }) => name === 'model');
  const best = workflow.name === 'upscale' ? finestUpscalers.filter((file) => offers(model, file)) : [];
  if (best.length > 0)
    command.addOption(
      new Option('--best', 'by the finest model that there is, which takes far longer').conflicts('model'),
    );
  command.action(() => {
    const given = command.opts();
    const entries = [
      ...positional.map((param, index) => [param.name, command.processedArgs[index]] as const),
      ...options.map(({ param, option }) => [param.name, given[option.attributeName()]] as const),
      ...(addsModel ? [['model', given.model] as const] : []),
      ...(given.best === true ? [['model', finestFor(best, given.scale)] as const] : []),
    ].filter(([, value]) => value !== undefined);
    onInvoke({
      workflow: workflow.name,
      values: Object.fromEntries(entries),
      images: params.filter(({ kind }) => kind === 'file').map(({ name }) => name),
      output: given.output,
    });
  });
  return command;
}

/** What restores most, for each scale. */
const finestUpscalers = [
  '003_realSR_BSRGAN_DFO_s64w8_SwinIR-M_x2_GAN.pth',
  '003_realSR_BSRGAN_DFO_s64w8_SwinIR-M_x4_GAN.pth',
];

const offers = (param: Param | undefined, file: string): boolean => param?.choices?.includes(file) ?? false;

/** One of four times does for two as well. */
const finestFor = (files: readonly string[], scale: unknown): string | undefined =>
  files.find((file) => file.includes(`_x${scale ?? 2}_`)) ?? files.at(-1);

/** Our own options keep their names; a parameter of the same name is spelled `--param-<name>`. */
const ownOptions = ['output', 'json', 'help'];

function createOption(param: Param): Option {
  const flag = toFlag(ownOptions.includes(param.name) ? `param-${param.name}` : param.name);
  const placeholder = param.kind === 'boolean' ? '' : ` <${placeholderOf(param)}>`;
  const option = new Option(`--${flag}${placeholder}`, param.help);
  if (param.kind !== 'boolean') option.argParser((text) => parseValue(param, text));
  return option.makeOptionMandatory(param.isRequired);
}

const placeholders = { file: 'file', text: 'text', number: 'number', json: 'json', boolean: '' } as const;

/** A few choices stand in the help; names of models would fill the screen, and a wrong one is answered with them. */
function placeholderOf({ choices, kind }: Param): string {
  return choices !== undefined && choices.length <= 4 ? choices.join('|') : placeholders[kind];
}

const toFlag = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `--negativePrompt`, as the API spells it, is taken for `--negative-prompt`. */
export const normalizeFlags = (args: readonly string[]): string[] =>
  args.map((arg) =>
    /^--[a-z]+[A-Z]/.test(arg) ? arg.replace(/^--[^=]+/, (flag) => `--${toFlag(flag.slice(2))}`) : arg,
  );
