import { ArrowLeftRight, Image } from 'lucide';
import { useId, useState } from 'preact/hooks';
import { IconButton } from '../../controls/IconButton.tsx';
import { Segmented } from '../../controls/Segmented.tsx';
import { Field } from '../../fields/Field.tsx';
import { FieldContext } from '../../fields/fieldLink.ts';
import { NumberField } from '../../fields/NumberField.tsx';
import { Icon } from '../../Icon.tsx';
import { useForm } from '../formContext.ts';
import { readSize } from '../formDraft.ts';
import type { FieldOf, SideLimits } from '../formField.ts';
import { findShape, listShapes, type Size } from '../sizeShapes.ts';
import { texts } from '../texts.ts';

const asPicture = 'picture';

/** Shapes that one taps; the numbers stand beside them and open for exact ones. */
export function SizeField({ field }: { field: FieldOf<'size'> }) {
  const { form, draft, write, findFault } = useForm();
  const [isExact, setExact] = useState(false);
  const exactId = useId();
  const size = readSize(form, draft, field);
  const shapes = listShapes(field);
  const isFree = field.width.default === undefined;
  const isEmpty = size.width === undefined && size.height === undefined;
  const writeSize = ({ width, height }: Partial<Size>) => {
    write('width', width);
    write('height', height);
  };
  const options = shapes.map((shape) => ({
    value: shape.ratio,
    label: shape.ratio,
    picture: <ShapePicture {...shape} />,
  }));
  const follow = { value: asPicture, label: texts.auto, picture: <FollowPicture /> };
  const error = findFault(field.name);
  return (
    <Field
      label={texts.size}
      error={error}
      aside={
        <button
          type="button"
          class="sg-form-exact"
          aria-expanded={isExact}
          aria-controls={exactId}
          title={texts.exactSize}
          onClick={() => setExact(!isExact)}
        >
          {isEmpty ? texts.asPicture : `${size.width ?? '–'} × ${size.height ?? '–'}`}
        </button>
      }
    >
      <div class="sg-form-shapes">
        <Segmented
          wide
          options={isFree ? [follow, ...options] : options}
          value={isEmpty ? asPicture : findShape(shapes, size)?.ratio}
          onChange={(value) => writeSize(shapes.find(({ ratio }) => ratio === value) ?? {})}
        />
      </div>
      <div id={exactId} class="sg-form-sides" hidden={!isExact && !error}>
        <FieldContext.Provider value={undefined}>
          <Side
            label={texts.width}
            limits={field.width}
            value={size.width}
            onChange={(width) => write('width', width)}
          />
          <IconButton
            icon={ArrowLeftRight}
            label={texts.swapSides}
            size="small"
            onClick={() => writeSize({ width: size.height, height: size.width })}
          />
          <Side
            label={texts.height}
            limits={field.height}
            value={size.height}
            onChange={(height) => write('height', height)}
          />
        </FieldContext.Provider>
      </div>
    </Field>
  );
}

interface SideProps {
  label: string;
  limits: SideLimits;
  value: number | undefined;
  onChange(value: number | undefined): void;
}

function Side({ label, limits, value, onChange }: SideProps) {
  const { minimum, maximum, step } = limits;
  return (
    <NumberField
      bare
      label={label}
      unit="px"
      value={value}
      onChange={onChange}
      step={step === 'any' ? 1 : step}
      placeholder={texts.auto}
      {...(minimum !== undefined && { min: minimum })}
      {...(maximum !== undefined && { max: maximum })}
    />
  );
}

const FollowPicture = () => (
  <span class="sg-form-shape sg-form-follow">
    <Icon icon={Image} size={20} />
  </span>
);

/** The outline of a shape, all with the same area to the eye. */
function ShapePicture({ width, height }: Size) {
  const side = 15;
  const ratio = Math.sqrt(width / height);
  const box = { width: side * ratio, height: side / ratio };
  return (
    <svg class="sg-form-shape" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
      <rect
        {...box}
        x={11 - box.width / 2}
        y={11 - box.height / 2}
        rx="2"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
      />
    </svg>
  );
}
