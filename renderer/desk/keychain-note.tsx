import { Alert, Checkbox } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';

interface KeychainNoteProps {
  /** True when a call has just found no keychain, whatever the desk said before. */
  readonly isMissing: boolean;
  readonly isAccepted: boolean;
  /** What to say at the consent when it is missing. */
  readonly need: string | null;
  readonly onAccept: (isAccepted: boolean) => void;
}

/** Where there is no keychain: says what that means, and lets the user accept a file in its place. */
export function KeychainNote({ isMissing, isAccepted, need, onAccept }: KeychainNoteProps) {
  const { keychain } = useDesk().status;
  if (keychain === 'file') {
    return (
      <Alert variant="light" icon={<IconInfoCircle size={18} aria-hidden />}>
        {text('setUp.keychain.file')}
      </Alert>
    );
  }
  if (keychain !== 'unavailable' && !isMissing) return null;
  return (
    <Alert
      variant="outline"
      color="var(--rollkeep-late-text)"
      icon={<IconInfoCircle size={18} aria-hidden />}
      title={text('setUp.keychain.none.title')}
    >
      {text('setUp.keychain.none.text')}
      <Checkbox
        mt="md"
        label={text('setUp.keychain.accept')}
        description={text('setUp.keychain.accept.text')}
        checked={isAccepted}
        error={need}
        aria-invalid={need !== null}
        onChange={(event) => {
          onAccept(event.currentTarget.checked);
        }}
      />
    </Alert>
  );
}

/** True while a keychain is missing and the file has not been accepted: nothing can be made yet. */
export function useKeychainBlocks(isMissing: boolean, isAccepted: boolean): boolean {
  const { keychain } = useDesk().status;
  return (keychain === 'unavailable' || (isMissing && keychain !== 'file')) && !isAccepted;
}
