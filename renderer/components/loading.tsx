import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';
import { text } from '../app/catalogue.ts';

/** What is read at once shows no skeleton: a flash is worse than a short wait. */
const showAfterMs = 300;

/** Stands where rows are being read; empty for the first 300 ms. */
export function Loading({ rows = 6 }: { readonly rows?: number }) {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setIsLate(true);
    }, showAfterMs);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  if (!isLate) return null;
  return (
    <div role="status">
      <VisuallyHidden>{text('component.loading')}</VisuallyHidden>
      <Stack gap="sm" aria-hidden>
        {Array.from({ length: rows }, (_, index) => (
          <Skeleton key={index} height="var(--rollkeep-row-height)" />
        ))}
      </Stack>
    </div>
  );
}
