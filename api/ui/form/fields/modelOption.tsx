import { Stars } from '../../feedback/Stars.tsx';
import type { Option } from '../../fields/options.tsx';
import { formatDuration, formatNumber } from '../../texts/formats.ts';
import type { Choice } from '../formField.ts';
import { texts } from '../texts.ts';
import { nameOfFamily } from '../valueNames.ts';

/** A model is a tile: its sample, what it is good at, and by what people choose. One that cannot run says why. */
export function toOption(choice: Choice, isModel: boolean): Option {
  const { value, label, unavailable, description, family } = choice;
  const known = family === undefined || family === 'other' ? undefined : nameOfFamily(family);
  return {
    value: String(value),
    label,
    disabled: unavailable !== undefined,
    description: unavailable || description || (known === label ? undefined : known),
    ...(isModel && { picture: <Sample choice={choice} />, facts: <Facts choice={choice} /> }),
  };
}

/** Without a picture its family stands in its place, always in the same colour. */
function Sample({ choice: { label, family = label, sampleUrl } }: { choice: Choice }) {
  if (sampleUrl) return <img src={sampleUrl} alt="" loading="lazy" />;
  const hue = [...family].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  const letters = nameOfFamily(family)
    .replaceAll(/[^\p{L}\d]/gu, '')
    .slice(0, 2);
  // Drawn by the style sheet: they are no part of the option's name.
  return (
    <span class="sg-sample-missing" aria-hidden="true" data-letters={letters} style={{ '--hue': hue }} />
  );
}

function Facts({ choice: { seconds, leastCost, pricePercent, licence } }: { choice: Choice }) {
  return (
    <>
      {seconds !== undefined && <span>{formatDuration(seconds)}</span>}
      {leastCost !== undefined && <Stars amount={leastCost} isLeast />}
      {pricePercent !== undefined && <span>{texts.priceFactor(formatNumber(pricePercent / 100, 2))}</span>}
      {licence !== undefined && <span>{licence}</span>}
    </>
  );
}
