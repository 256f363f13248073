import { useSignal } from '@preact/signals';
import { Dices, Download, Heart, LockOpen, Search, Sparkles, Trash2, Wand2 } from 'lucide';
import { Button, LinkButton } from '../controls/Button.tsx';
import { Checkbox } from '../controls/Checkbox.tsx';
import { IconButton } from '../controls/IconButton.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { Slider } from '../controls/Slider.tsx';
import { Switch } from '../controls/Switch.tsx';
import { Stars } from '../feedback/Stars.tsx';
import { Combobox } from '../fields/Combobox.tsx';
import { Field } from '../fields/Field.tsx';
import { NumberField } from '../fields/NumberField.tsx';
import { Select } from '../fields/Select.tsx';
import { TextArea } from '../fields/TextArea.tsx';
import { TextField } from '../fields/TextField.tsx';
import { Card } from '../layout/Card.tsx';
import { defineTexts } from '../texts/defineTexts.ts';

const texts = defineTexts({
  create: { en: 'Create', 'zh-CN': '创作' },
  save: { en: 'Save', 'zh-CN': '保存' },
  prompt: { en: 'Prompt', 'zh-CN': '提示词' },
  promptHint: { en: 'Say what you want to see.', 'zh-CN': '请描述您想看到的画面。' },
  strength: { en: 'Strength', 'zh-CN': '重绘强度' },
  keep: { en: 'keep', 'zh-CN': '保留' },
  redraw: { en: 'redraw', 'zh-CN': '重绘' },
  model: { en: 'Model', 'zh-CN': '模型' },
  shape: { en: 'Shape', 'zh-CN': '形状' },
  square: { en: 'Square', 'zh-CN': '方形' },
  tall: { en: 'Tall', 'zh-CN': '竖版' },
  broad: { en: 'Wide', 'zh-CN': '横版' },
  seed: { en: 'Seed', 'zh-CN': '种子' },
  seedError: { en: 'Use a whole number from 0 on.', 'zh-CN': '请输入不小于 0 的整数。' },
});

const models = [
  { value: 'sd15', label: 'Stable Diffusion 1.5', description: 'SD 1.5 · fast', group: 'Pictures' },
  { value: 'sdxl', label: 'Stable Diffusion XL', description: 'SDXL · fine detail', group: 'Pictures' },
  { value: 'flux', label: 'Flux', description: 'Flux · best text', group: 'Pictures', disabled: true },
  { value: 'wan', label: 'Wan 2.2', description: 'Video', group: 'Films' },
];

const shape = (inlineSize: number, blockSize: number) => (
  <span class="showcase-shape" style={{ inlineSize: `${inlineSize}px`, blockSize: `${blockSize}px` }} />
);

export function Controls() {
  const isOn = useSignal(true);
  return (
    <>
      <Card title="Buttons">
        <div class="showcase-stack">
          <div class="showcase-row">
            <Button look="primary" icon={Sparkles}>
              {texts.create} <Stars amount={4} />
            </Button>
            <Button icon={Download}>{texts.save}</Button>
            <Button look="quiet">Quiet</Button>
            <Button look="danger" icon={Trash2}>
              Delete
            </Button>
          </div>
          <div class="showcase-row">
            <Button look="primary" busy>
              Working
            </Button>
            <Button disabled>Disabled</Button>
            <Button size="small">Small</Button>
            <LinkButton href="#" look="quiet">
              Link
            </LinkButton>
          </div>
          <div class="showcase-row">
            <IconButton
              icon={Heart}
              label="Favourite"
              pressed={isOn.value}
              onClick={() => (isOn.value = !isOn.value)}
            />
            <IconButton icon={Wand2} label="Vary" />
            <IconButton icon={Download} label="Save" size="small" />
            <IconButton icon={Download} label="Save" disabled />
          </div>
          <Button look="primary" size="large" wide icon={Sparkles}>
            {texts.create} <Stars amount={12} />
          </Button>
        </div>
      </Card>
      <Fields />
      <Choices />
    </>
  );
}

function Fields() {
  const prompt = useSignal('A lighthouse at night, stars above the sea');
  const search = useSignal('');
  const seed = useSignal<number | undefined>(-4);
  const model = useSignal<string>('sd15');
  const lora = useSignal<string | undefined>(undefined);
  return (
    <Card title="Fields">
      <div class="showcase-stack">
        <Field label={texts.prompt} hint={texts.promptHint} aside={`${prompt.value.length} / 4,000`}>
          <TextArea value={prompt.value} onChange={(value) => (prompt.value = value)} />
        </Field>
        <Field label="Search" labelHidden>
          <TextField
            type="search"
            icon={Search}
            placeholder="Search in prompts"
            clearLabel="Clear"
            value={search.value}
            onChange={(value) => (search.value = value)}
          />
        </Field>
        <Field label={texts.model}>
          <Select options={models} value={model.value} onChange={(value) => (model.value = value)} />
        </Field>
        <Field label="LoRA">
          <Combobox
            options={models}
            value={lora.value}
            onChange={(value) => (lora.value = value)}
            placeholder="None"
          />
        </Field>
        <Field
          label={texts.seed}
          error={(seed.value ?? 0) < 0 ? texts.seedError : undefined}
          aside={<IconButton icon={LockOpen} size="small" label="Keep this seed" />}
        >
          <NumberField value={seed.value} min={0} onChange={(value) => (seed.value = value)} />
        </Field>
        <Button icon={Dices} size="small" disabled>
          New seed
        </Button>
      </div>
    </Card>
  );
}

function Choices() {
  const strength = useSignal(0.6);
  const steps = useSignal(28);
  const form = useSignal('square');
  const isOn = useSignal(true);
  return (
    <Card title="Choices">
      <div class="showcase-stack">
        <Field label={texts.strength}>
          <Slider
            min={0}
            max={1}
            step={0.05}
            value={strength.value}
            low={texts.keep}
            high={texts.redraw}
            onChange={(value) => (strength.value = value)}
          />
        </Field>
        <Field label="Steps">
          <Slider exact min={1} max={50} value={steps.value} onChange={(value) => (steps.value = value)} />
        </Field>
        <Field label={texts.shape}>
          <Segmented
            value={form.value}
            onChange={(value) => (form.value = value)}
            options={[
              { value: 'square', label: texts.square, picture: shape(20, 20) },
              { value: 'tall', label: texts.tall, picture: shape(15, 20) },
              { value: 'wide', label: texts.broad, picture: shape(24, 16) },
            ]}
          />
        </Field>
        <Segmented
          label="Grid"
          wide
          value="two"
          onChange={() => undefined}
          options={[
            { value: 'one', label: '1' },
            { value: 'two', label: '2' },
            { value: 'four', label: '4' },
          ]}
        />
        <Switch
          spread
          label="Show previews"
          hint="Frames while it works."
          checked={isOn.value}
          onChange={(value) => (isOn.value = value)}
        />
        <Switch label="Off" checked={false} onChange={() => undefined} />
        <Checkbox label="Remember this" checked={isOn.value} onChange={(value) => (isOn.value = value)} />
        <Checkbox label="Some of them" mixed checked={false} onChange={() => undefined} />
        <Checkbox label="Not now" checked={false} disabled onChange={() => undefined} />
      </div>
    </Card>
  );
}
