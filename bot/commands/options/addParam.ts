import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import {
  describeParam,
  type ShippedParam,
  type ShippedWorkflow,
} from '@star-graph/workflows/params/shippedParams';
import type { SlashCommandBuilder } from 'discord.js';
import { type OptionParam, optionNames } from '../../replies/texts/optionNames.ts';
import { type CommandText, createChoice, localise } from './localise.ts';

type Text = CommandText['description'];

interface ParamTexts {
  description: Text;
  /** Names for people, by value, where the parameter is one of a list. */
  choices?: Readonly<Record<string | number, Text>>;
  /** Default: whether the workflow requires it. Required options come first. */
  isRequired?: boolean;
}

/** Discord's own bound for a text. */
const charactersAtMost = 6_000;

/**
 * Adds a parameter of a workflow as an option. Its kind and limits are those of the schema that ships; the API judges
 * what is sent, by the version that runs.
 */
export function addParam<Name extends ShippedWorkflow>(
  builder: SlashCommandBuilder,
  workflow: Name,
  param: ShippedParam<Name> & OptionParam,
  texts: ParamTexts,
): SlashCommandBuilder {
  const schema = describeParam(workflow, param);
  const isRequired = texts.isRequired ?? schema.isRequired;
  const text = { name: optionNames[param], description: texts.description };
  if (schema['x-asset'] === 'image')
    builder.addAttachmentOption((option) => localise(option, text).setRequired(isRequired));
  else if (schema.enum) addChoices(builder, text, isRequired, toChoices(schema.enum, texts.choices));
  else if (schema.type === 'integer')
    builder.addIntegerOption((option) => limit(localise(option, text).setRequired(isRequired), schema));
  else if (schema.type === 'number')
    builder.addNumberOption((option) => limit(localise(option, text).setRequired(isRequired), schema));
  else if (schema['x-options'] !== undefined)
    builder.addStringOption((option) => localise(option, text).setRequired(isRequired).setAutocomplete(true));
  else
    builder.addStringOption((option) =>
      localise(option, text)
        .setRequired(isRequired)
        .setMaxLength(Math.min(schema.maxLength ?? charactersAtMost, charactersAtMost)),
    );
  return builder;
}

interface Limited {
  setMinValue(value: number): this;
  setMaxValue(value: number): this;
}

function limit<Option extends Limited>(option: Option, { minimum, maximum }: ParamSchema): Option {
  if (minimum !== undefined) option.setMinValue(minimum);
  if (maximum !== undefined) option.setMaxValue(maximum);
  return option;
}

type Choice = ReturnType<typeof createChoice<string | number>>;

const toChoices = (values: readonly unknown[], names: ParamTexts['choices'] = {}): Choice[] =>
  values.map((value) => {
    const known = value as string | number;
    return createChoice(names[known] ?? [String(known), String(known)], known);
  });

function addChoices(
  builder: SlashCommandBuilder,
  text: CommandText,
  isRequired: boolean,
  choices: readonly Choice[],
): void {
  const isNumber = (choice: Choice): choice is Choice & { value: number } => typeof choice.value === 'number';
  const numbers = choices.filter(isNumber);
  if (numbers.length === choices.length)
    builder.addIntegerOption((option) =>
      localise(option, text)
        .setRequired(isRequired)
        .addChoices(...numbers),
    );
  else
    builder.addStringOption((option) =>
      localise(option, text)
        .setRequired(isRequired)
        .addChoices(...choices.map((choice) => ({ ...choice, value: String(choice.value) }))),
    );
}
