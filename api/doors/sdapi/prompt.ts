/** A LoRA as these programs write it into a prompt. */
export interface WrittenLora {
  name: string;
  weight: number;
}

const loraPattern = /<(?:lora|lyco):([^:<>]{1,255})(?::([^<>]{0,40}))?>/gi;

/** The words of a prompt, and the LoRAs that it names as `<lora:name:weight>`. */
export function readPrompt(text: string): { prompt: string; loras: WrittenLora[] } {
  const loras: WrittenLora[] = [];
  const prompt = text.replaceAll(loraPattern, (_all, name: string, weight: string | undefined) => {
    // Of several weights the first is that of the picture.
    const [first = ''] = (weight ?? '').split(':');
    loras.push({ name: name.trim(), weight: first === '' ? 1 : Number(first) });
    return '';
  });
  return { prompt: prompt.trim(), loras };
}
