import { Alert, Button, Group, Stack, Stepper } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { CallError, Output } from '../app/api.ts';
import { call, useReload } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import type { ContractError } from '../app/error-text.ts';
import { onSessionEnd } from '../app/session-end.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { focusPageHeaderIfLost, PageHeader } from '../components/page-header.tsx';
import { ProgressPanel } from '../components/progress-panel.tsx';
import { CheckedPackage } from './checked-package.tsx';
import { ChoosePackage } from './choose-package.tsx';
import { differenceColumns, DifferenceTable } from './difference-table.tsx';
import { ImportHistory } from './import-history.tsx';
import { MapColumns, type SaidMappings } from './map-columns.tsx';
import { ReviewChanges } from './review-changes.tsx';
import { ReviewMarks } from './review-marks.tsx';
import { Templates } from './templates.tsx';
import {
  maxUploadFiles,
  uploadPackage,
  type PackageFile,
  type UploadError,
  type UploadProgress,
} from './upload-package.ts';
import { UploadPanel } from './upload-panel.tsx';
import { WatchedFolder } from './watched-folder.tsx';

type Check = Output<'roster', 'check'>;
type Review = Output<'roster', 'review'>;

/** Why the screen is back at its first step. */
type Notice =
  | { readonly type: 'cancelled' }
  | { readonly type: 'file-unreadable' }
  | { readonly type: 'no-files' }
  | { readonly type: 'too-many-files'; readonly count: number }
  | { readonly type: 'error'; readonly error: ContractError };

interface ReviewStep {
  readonly upload: string;
  readonly check: Check;
  readonly school: string;
  readonly review: Review;
  readonly error: CallError<'roster', 'apply'> | undefined;
}

interface MarksStep {
  readonly review: Output<'roster', 'reviewMarks'>;
  readonly error: CallError<'roster', 'applyMarks'> | undefined;
}

type Step =
  | { readonly type: 'choose'; readonly notice: Notice | null }
  | { readonly type: 'uploading'; readonly progress: UploadProgress | null }
  | { readonly type: 'checking' }
  | { readonly type: 'mapping'; readonly check: Check }
  | { readonly type: 'checked'; readonly check: Check }
  | { readonly type: 'comparing' }
  | ({ readonly type: 'review' } & ReviewStep)
  | { readonly type: 'comparing-marks' }
  | ({ readonly type: 'marks' } & MarksStep)
  | { readonly type: 'applying' }
  | { readonly type: 'applying-marks' }
  | { readonly type: 'done'; readonly applied: Output<'roster', 'apply'> }
  | { readonly type: 'marks-done'; readonly marks: number };

/** One package on its way. The main process holds it in memory under `upload` until it is applied or given up. */
interface Run {
  upload: string;
  isCancelled: boolean;
  isApplying: boolean;
}

const stepLabels: readonly PlainTextKey[] = [
  'import.step.choose',
  'import.step.check',
  'import.step.review',
  'import.step.apply',
];

const stepNumbers: { readonly [T in Step['type']]: number } = {
  choose: 0,
  uploading: 0,
  checking: 1,
  mapping: 1,
  checked: 1,
  comparing: 2,
  'comparing-marks': 2,
  review: 2,
  marks: 2,
  applying: 3,
  'applying-marks': 3,
  done: 4,
  'marks-done': 4,
};

/** What would this package change, and is it right? Nothing is written before *Apply*. */
export function ImportScreen() {
  const [step, setStep] = useState<Step>({ type: 'choose', notice: null });
  const running = useRef<Run>({ upload: '', isCancelled: false, isApplying: false });
  const reload = useReload();

  // Who leaves the screen gives the package up; what is being applied runs to its end. A lock has forgotten it already.
  useEffect(() => {
    const stop = onSessionEnd(() => {
      running.current.upload = '';
    });
    return () => {
      stop();
      if (!running.current.isApplying) giveUp(running.current);
    };
  }, []);

  // The button that led to a step has gone with the step before.
  useEffect(focusPageHeaderIfLost, [step.type]);

  const toChoose = (notice: Notice | null): void => {
    giveUp(running.current);
    setStep({ type: 'choose', notice });
  };
  const fail = (run: Run, error: UploadError | ContractError): void => {
    if (run !== running.current) return;
    if (run.isCancelled || error.type === 'cancelled') toChoose({ type: 'cancelled' });
    else if (error.type === 'file-unreadable') toChoose({ type: 'file-unreadable' });
    else toChoose({ type: 'error', error });
  };
  const cancel = (): void => {
    giveUp(running.current);
  };

  const start = async (files: readonly PackageFile[]): Promise<void> => {
    if (files.length === 0) return toChoose({ type: 'no-files' });
    if (files.length > maxUploadFiles) return toChoose({ type: 'too-many-files', count: files.length });
    giveUp(running.current);
    const run: Run = { upload: '', isCancelled: false, isApplying: false };
    running.current = run;
    setStep({ type: 'uploading', progress: null });
    const uploaded = await uploadPackage(files, {
      onBegun: (upload) => {
        run.upload = upload;
      },
      onProgress: (progress) => {
        if (!run.isCancelled) setStep({ type: 'uploading', progress });
      },
      isCancelled: () => run.isCancelled,
    });
    if (!uploaded.ok) return fail(run, uploaded.error);
    await checkUpload(run);
  };

  const checkUpload = async (run: Run): Promise<void> => {
    setStep({ type: 'checking' });
    const checked = await call('roster', 'check', { upload: run.upload });
    if (!checked.ok) return fail(run, checked.error);
    if (run.isCancelled) return fail(run, { type: 'cancelled' });
    showCheck(checked.value);
  };

  // A file that nobody has said how to read asks for that first, unless it was refused anyway.
  const showCheck = (check: Check): void => {
    setStep({ type: check.accepted && !check.isMapped ? 'mapping' : 'checked', check });
  };

  const startDrop = async (file: string): Promise<void> => {
    giveUp(running.current);
    const run: Run = { upload: '', isCancelled: false, isApplying: false };
    running.current = run;
    setStep({ type: 'checking' });
    const opened = await call('roster', 'openDrop', { file });
    if (!opened.ok) return fail(run, opened.error);
    run.upload = opened.value.upload;
    await checkUpload(run);
  };

  const useColumns = async (files: SaidMappings): Promise<void> => {
    const run = running.current;
    setStep({ type: 'checking' });
    const mapped = await call('roster', 'map', { upload: run.upload, files: [...files] });
    if (!mapped.ok) return fail(run, mapped.error);
    if (run.isCancelled) return fail(run, { type: 'cancelled' });
    showCheck(mapped.value);
  };

  const reviewMarks = async (): Promise<void> => {
    const run = running.current;
    setStep({ type: 'comparing-marks' });
    const reviewed = await call('roster', 'reviewMarks', { upload: run.upload });
    if (!reviewed.ok) return fail(run, reviewed.error);
    if (run.isCancelled) return fail(run, { type: 'cancelled' });
    setStep({ type: 'marks', review: reviewed.value, error: undefined });
  };

  const applyMarks = async (reviewed: MarksStep): Promise<void> => {
    const run = running.current;
    run.isApplying = true;
    setStep({ type: 'applying-marks' });
    const applied = await call('roster', 'applyMarks', { upload: run.upload });
    run.isApplying = false;
    if (applied.ok) {
      run.upload = '';
      setStep({ type: 'marks-done', marks: applied.value.applied });
      reload('roster');
      reload('attendance');
      return;
    }
    const { error } = applied;
    // The file is still held: nothing was written, and it can be tried again.
    if (error.type === 'disk-full' || error.type === 'store-busy') {
      return setStep({ type: 'marks', review: reviewed.review, error });
    }
    fail(run, error);
  };

  const review = async (check: Check, school: string, error?: ReviewStep['error']): Promise<void> => {
    const run = running.current;
    setStep({ type: 'comparing' });
    const reviewed = await call('roster', 'review', { upload: run.upload, school });
    if (!reviewed.ok) return fail(run, reviewed.error);
    if (run.isCancelled) return fail(run, { type: 'cancelled' });
    setStep({ type: 'review', upload: run.upload, check, school, review: reviewed.value, error });
  };

  const apply = async (reviewed: ReviewStep): Promise<void> => {
    const run = running.current;
    run.isApplying = true;
    setStep({ type: 'applying' });
    const applied = await call('roster', 'apply', {
      upload: run.upload,
      confirmRemoved: reviewed.review.confirmRemoved,
    });
    run.isApplying = false;
    if (applied.ok) {
      run.upload = '';
      setStep({ type: 'done', applied: applied.value });
      reload('roster');
      return;
    }
    const { error } = applied;
    // The package is still held: these leave the person where they were, the first two before fresh figures.
    if (error.type === 'review-outdated' || error.type === 'confirmation-needed') {
      return review(reviewed.check, reviewed.school, error);
    }
    if (error.type === 'disk-full' || error.type === 'store-busy') {
      return setStep({ ...reviewed, type: 'review', error });
    }
    fail(run, error);
  };

  return (
    <Stack gap="lg">
      <PageHeader title={text('import.title')} state={stateOf(step)} />
      <Steps active={stepNumbers[step.type]} />
      {step.type === 'choose' && (
        <>
          {step.notice !== null && <NoticeAlert notice={step.notice} />}
          <ChoosePackage onChosen={(files) => void start(files)} />
        </>
      )}
      {step.type === 'uploading' && <UploadPanel progress={step.progress} onCancel={cancel} />}
      {step.type === 'checking' && (
        <ProgressPanel task="roster-check" title={text('import.checking')} onCancel={cancel} />
      )}
      {step.type === 'mapping' && (
        <MapColumns
          check={step.check}
          onUse={(files) => void useColumns(files)}
          onAnother={() => {
            toChoose(null);
          }}
        />
      )}
      {step.type === 'checked' && (
        <CheckedPackage
          check={step.check}
          onReview={(school) => void review(step.check, school)}
          onReviewMarks={() => void reviewMarks()}
          onChangeColumns={() => {
            setStep({ type: 'mapping', check: step.check });
          }}
          onAnother={() => {
            toChoose(null);
          }}
        />
      )}
      {step.type === 'comparing' && (
        <ProgressPanel task="roster-check" title={text('import.comparing')} onCancel={cancel} />
      )}
      {step.type === 'review' && (
        <>
          <ErrorAlert error={step.error} />
          <ReviewChanges
            upload={step.upload}
            review={step.review}
            onApply={() => void apply(step)}
            onAnother={() => {
              toChoose(null);
            }}
          />
        </>
      )}
      {step.type === 'comparing-marks' && (
        <ProgressPanel task="marks-check" title={text('import.marks.checking')} onCancel={cancel} />
      )}
      {step.type === 'marks' && (
        <>
          <ErrorAlert error={step.error} />
          <ReviewMarks
            review={step.review}
            onApply={() => void applyMarks(step)}
            onAnother={() => {
              toChoose(null);
            }}
          />
        </>
      )}
      {step.type === 'applying-marks' && (
        <ProgressPanel task="marks-apply" title={text('import.marks.applying')} onCancel={cancel} />
      )}
      {step.type === 'applying' && (
        <ProgressPanel task="roster-apply" title={text('import.applying')} onCancel={cancel} />
      )}
      {step.type === 'done' && (
        <Done
          applied={step.applied}
          onAnother={() => {
            setStep({ type: 'choose', notice: null });
          }}
        />
      )}
      {step.type === 'marks-done' && (
        <DoneNote
          title={text('import.marks.done', { count: step.marks })}
          note={text('import.marks.done.text')}
          onAnother={() => {
            setStep({ type: 'choose', notice: null });
          }}
        />
      )}
      {step.type === 'choose' && (
        <>
          <WatchedFolder onReview={(file) => void startDrop(file)} />
          <Templates />
        </>
      )}
      {(step.type === 'choose' || step.type === 'done' || step.type === 'marks-done') && <ImportHistory />}
    </Stack>
  );
}

/** Stops whatever is being done with a package and forgets it. */
function giveUp(run: Run): void {
  run.isCancelled = true;
  if (run.upload !== '') void call('roster', 'discard', { upload: run.upload });
  if (!run.isApplying) run.upload = '';
}

function stateOf(step: Step): string {
  if (step.type === 'mapping') return text('import.state.mapping');
  if (step.type === 'marks') return text('import.state.marks');
  if (step.type === 'marks-done') return text('import.state.marksDone');
  if (step.type === 'checked') return text('import.state.check');
  if (step.type === 'review') return text('import.state.review');
  if (step.type === 'applying') return text('import.state.applying');
  if (step.type === 'done') return text('import.state.done');
  return step.type === 'choose' ? text('import.state.choose') : text('import.state.working');
}

function Steps({ active }: { readonly active: number }) {
  return (
    <Stepper active={active} size="xs" maw="44rem" aria-label={text('import.steps')}>
      {stepLabels.map((label) => (
        <Stepper.Step key={label} label={text(label)} component="div" role="presentation" />
      ))}
    </Stepper>
  );
}

function NoticeAlert({ notice }: { readonly notice: Notice }) {
  switch (notice.type) {
    case 'error':
      return <ErrorAlert error={notice.error} />;
    case 'cancelled':
      return (
        <Alert icon={<IconInfoCircle size={18} aria-hidden />} title={text('import.cancelled.title')}>
          {text('import.cancelled.text')}
        </Alert>
      );
    case 'file-unreadable':
      return <Warning title={text('import.unreadable.title')} body={text('import.unreadable.text')} />;
    case 'no-files':
      return <Warning title={text('import.noFiles.title')} body={text('import.noFiles.text')} />;
    case 'too-many-files':
      return (
        <Warning
          title={text('import.tooManyFiles.title', { count: notice.count })}
          body={text('import.tooManyFiles.text')}
        />
      );
  }
}

function Warning({ title, body }: { readonly title: string; readonly body: string }) {
  return (
    <Alert
      role="alert"
      variant="outline"
      color="red"
      c="var(--mantine-color-error)"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={title}
    >
      {body}
    </Alert>
  );
}

interface DoneProps {
  readonly applied: Output<'roster', 'apply'>;
  readonly onAnother: () => void;
}

function Done({ applied, onAnother }: DoneProps) {
  return (
    <DoneNote
      title={text('import.done.title', { count: applied.applied })}
      note={text('import.done.text')}
      onAnother={onAnother}
    >
      <DifferenceTable
        label={text('import.review.label')}
        differences={applied.differences}
        columns={differenceColumns}
      />
    </DoneNote>
  );
}

interface DoneNoteProps {
  readonly title: string;
  readonly note: string;
  readonly children?: ReactNode;
  readonly onAnother: () => void;
}

function DoneNote({ title, note, children, onAnother }: DoneNoteProps) {
  return (
    <Stack gap="md" align="flex-start">
      <Alert
        role="status"
        variant="outline"
        color="teal"
        icon={<IconCheck size={18} aria-hidden />}
        title={title}
        w="100%"
      >
        {note}
      </Alert>
      {children}
      <Group>
        <Button variant="default" onClick={onAnother}>
          {text('import.done.again')}
        </Button>
      </Group>
    </Stack>
  );
}
