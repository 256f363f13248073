import { useEffect, useState } from 'preact/hooks';
import { Button } from '../controls/Button.tsx';
import { Stars } from '../feedback/Stars.tsx';
import { Modal } from '../overlays/Dialog.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { type Question, question } from './pressPaid.ts';

const texts = defineTexts({
  title: { en: 'Make it again?', 'zh-CN': '再生成一次？' },
  words: { en: 'You asked for exactly this a moment ago.', 'zh-CN': '您刚刚提交过完全相同的内容。' },
  yes: { en: 'Make it again', 'zh-CN': '再生成一次' },
  no: { en: 'Cancel', 'zh-CN': '取消' },
});

/** Once a page, near its root: asks before an equal press is paid again. */
export function PaidQuestion() {
  const open = question.value;
  return open ? <Asked {...open} /> : null;
}

function Asked({ press, answer }: Question) {
  const [cost, setCost] = useState<number>();
  const [isKnown, setKnown] = useState(false);
  useEffect(() => {
    let isOver = false;
    // What is refused is refused once more when it is made, in words.
    press
      .findCost()
      .catch(() => undefined)
      .then((found) => {
        if (isOver) return;
        setCost(found);
        setKnown(true);
      });
    return () => {
      isOver = true;
    };
  }, [press]);
  return (
    <Modal
      look="dialog"
      role="alertdialog"
      size="small"
      open
      // The third of three quick presses is no answer.
      persistent
      onClose={() => answer(false)}
      title={texts.title}
      description={texts.words}
      footer={
        <>
          <Button onClick={() => answer(false)}>{texts.no}</Button>
          <Button
            look="primary"
            busy={!isKnown}
            onClick={({ detail }) => {
              // A sheet opens where the button was: the second of two quick presses is no answer either.
              if (detail < 2) answer(true);
            }}
          >
            <span>{texts.yes}</span>
            {cost !== undefined && (
              <>
                <span aria-hidden="true">·</span>
                <Stars amount={cost} />
              </>
            )}
          </Button>
        </>
      }
    />
  );
}
