import { Button, type ButtonProps } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import type { ReactNode, Ref } from 'react';
import { createPortal } from 'react-dom';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import classes from './printable.module.css';

interface PrintableProps {
  /** Names the page's size, for all that goes on it. */
  readonly className?: string | undefined;
  /** The sheet itself, for who measures it. */
  readonly ref?: Ref<HTMLDivElement>;
  readonly children: ReactNode;
}

/**
 * A sheet that `window.print()` puts on paper, alone and without the frame; not on screen. Sheets of the sample say so.
 * What the screen itself shows never goes to paper: printing a screen is an audited act of its own (UI §1).
 */
export function Printable({ className, ref, children }: PrintableProps) {
  const { status } = useDesk();
  return createPortal(
    <div ref={ref} className={[classes.sheet, className].filter(Boolean).join(' ')} data-printable>
      {status.school?.isSample === true && <p className={classes.sample}>{text('component.sample')}</p>}
      {children}
    </div>,
    document.body,
  );
}

/** Prints the sheet that is mounted. */
export function PrintButton({ label, ...props }: ButtonProps & { readonly label?: string }) {
  return (
    <Button
      variant="default"
      leftSection={<IconPrinter size={18} aria-hidden />}
      {...props}
      onClick={() => {
        window.print();
      }}
    >
      {label ?? text('component.print')}
    </Button>
  );
}
