import { List, PasswordInput, Text, type PasswordInputProps } from '@mantine/core';
import { IconCheck, IconPoint } from '@tabler/icons-react';
import { useState, type KeyboardEvent, type Ref } from 'react';
import { checkPassword, passwordMinLength } from '../../domain/vault/password-rules.ts';
import { text } from '../app/catalogue.ts';
import classes from './password-field.module.css';

interface PasswordFieldProps extends Omit<PasswordInputProps, 'onChange' | 'value'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly ref?: Ref<HTMLInputElement>;
}

/** A password that is known: says when Caps Lock is on, and can be shown. */
export function PasswordField({ value, onChange, ...props }: PasswordFieldProps) {
  const [hasCapsLock, setHasCapsLock] = useState(false);
  const listen = (event: KeyboardEvent): void => {
    setHasCapsLock(event.getModifierState('CapsLock'));
  };
  return (
    <div>
      <PasswordInput
        autoComplete="current-password"
        visibilityToggleFocusable
        visibilityToggleButtonProps={{ 'aria-label': text('component.password.show') }}
        {...props}
        value={value}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
        onKeyDown={listen}
        onKeyUp={listen}
      />
      <Text size="xs" role="status" className={classes.note ?? ''}>
        {hasCapsLock && text('component.password.capsLock')}
      </Text>
    </div>
  );
}

interface NewPasswordFieldProps extends PasswordFieldProps {
  /** Whose password it is to be: it may not be little more than the username. */
  readonly username: string;
}

/** A password that is being chosen, with the rules beside it as they are met. The list of common ones is main's. */
export function NewPasswordField({ username, value, ...props }: NewPasswordFieldProps) {
  const length = Array.from(value).length;
  const problem = problemOf(value, username);
  return (
    <div>
      <PasswordField {...props} value={value} autoComplete="new-password" />
      <List listStyleType="none" size="xs" mt={4} spacing={2} aria-label={text('component.password.rules')}>
        <Rule isMet={length >= passwordMinLength}>
          {text('component.password.length', { least: passwordMinLength, length })}
        </Rule>
        <Rule isMet={length >= passwordMinLength && problem !== 'too-common'}>
          {text('component.password.common')}
        </Rule>
        {username.trim() !== '' && (
          <Rule isMet={length >= passwordMinLength && problem !== 'contains-username'}>
            {text('component.password.username')}
          </Rule>
        )}
      </List>
    </div>
  );
}

/** What the window can already say against a new password; null where only the main process could. */
export function problemOf(password: string, username: string) {
  const checked = checkPassword(password, username, () => false);
  return checked.ok ? null : checked.error.reason;
}

function Rule({ isMet, children }: { readonly isMet: boolean; readonly children: string }) {
  const Shape = isMet ? IconCheck : IconPoint;
  return (
    <List.Item
      icon={<Shape size={14} aria-hidden />}
      c={isMet ? 'var(--rollkeep-present-text)' : 'dimmed'}
      aria-label={isMet ? text('component.password.met', { rule: children }) : children}
    >
      {children}
    </List.Item>
  );
}
