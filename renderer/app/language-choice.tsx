import { Group, UnstyledButton } from '@mantine/core';
import { text } from './catalogue.ts';
import { languageCodes, languages, useLanguage } from './language.ts';
import { useChooseLanguage } from './window-language.tsx';
import classes from './language-choice.module.css';

/** The languages by their own names, on the pages that come before sign-in: in effect at once, kept for this computer. */
export function LanguageChoice() {
  const present = useLanguage();
  const choose = useChooseLanguage();
  return (
    <Group role="group" gap={4} aria-label={text('app.language')}>
      {languageCodes.map((code) => (
        <UnstyledButton
          key={code}
          lang={code}
          dir={languages[code].direction}
          className={classes.choice ?? ''}
          aria-pressed={code === present}
          onClick={() => {
            choose(code);
          }}
        >
          {languages[code].name}
        </UnstyledButton>
      ))}
    </Group>
  );
}
