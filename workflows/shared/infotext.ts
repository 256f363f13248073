/** Under this name A1111 and its kin look for the lines about a picture in its file. */
export const infotextKeyword = 'parameters';
const negativeLabel = 'Negative prompt: ';

/** The lines as values: the last one has the facts, where it begins with steps. */
export function readInfotext(text: string): Record<string, string> {
  const lines = text.split('\n');
  const hasFacts = /^Steps: /.test(lines.at(-1) ?? '');
  const facts = hasFacts ? (lines.pop() ?? '') : '';
  const negativeAt = lines.findIndex((line) => line.startsWith(negativeLabel));
  const prompt = negativeAt < 0 ? lines : lines.slice(0, negativeAt);
  const negative = negativeAt < 0 ? [] : lines.slice(negativeAt);
  return {
    Prompt: prompt.join('\n'),
    'Negative prompt': negative.join('\n').slice(negativeLabel.length),
    ...Object.fromEntries(
      [...facts.matchAll(/([\w /-]{1,64}): ("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)].map(
        ([, name = '', value = '']) => [name.trim(), value],
      ),
    ),
  };
}
