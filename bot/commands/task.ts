import { showTask } from '../generate/showTask.ts';
import { answerText } from '../interaction/acknowledge.ts';
import type { Command } from './command.ts';
import { createSlash, localise } from './options/localise.ts';
import { requireSlash } from './options/requireKind.ts';
import { titleOf } from './taskList.ts';

const builder = createSlash({
  name: ['task', '任务'],
  description: ['Show a task and its result', '查看任务及其结果'],
});
builder.addStringOption((option) =>
  localise(option, {
    name: ['id', '编号'],
    description: ['Which task; empty: your latest', '哪个任务；留空为最近的任务'],
  })
    .setMaxLength(36)
    .setAutocomplete(true),
);

export const command: Command = {
  data: builder.toJSON(),
  audience: 'private',
  async execute(context, interaction, messageId) {
    const { client, say } = context;
    const id = requireSlash(interaction).options.getString('id');
    const found =
      id === null
        ? (await client.listTasks({ query: { limit: 1 } })).items[0]
        : await client.getTask({ params: { id: id.trim().toLowerCase() } });
    if (found) await showTask(context, interaction, found, messageId);
    else await answerText(interaction, say.noTasks);
  },
  async complete({ client, say }, interaction) {
    const typed = interaction.options.getFocused().toLowerCase();
    const { items } = await client.listTasks({ query: { limit: 25 } });
    return items
      .map((item) => {
        const prompt = typeof item.params.prompt === 'string' ? item.params.prompt : '';
        const name = `${titleOf(say, item)} · ${item.workflow.name} · ${prompt}`;
        return { name: [...name].slice(0, 90).join('').slice(0, 100), value: item.id };
      })
      .filter(({ name, value }) => value.startsWith(typed) || name.toLowerCase().includes(typed));
  },
};
